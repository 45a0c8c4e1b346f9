/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* context_entries.S: the entry points of reads, for each size of atomic: entry.c has the rest. */

	.irp	bits, 8, 16, 32, 64, 128
	.irp	what, load, exchange, fetch_add, fetch_sub, fetch_and, fetch_or, fetch_xor, \
		fetch_nand, compare_exchange_strong, compare_exchange_weak, compare_exchange_val
	entry_point __tsan_atomic\bits\()_\what, entry_atomic\bits\()_\what
	.endr
	.endr

	.irp	bytes, 1, 2, 4, 8, 16
	entry_point __tsan_volatile_read\bytes, entry_volatile_read\bytes
	entry_point __tsan_unaligned_volatile_read\bytes, entry_volatile_read\bytes
	.endr

	.irp	name, pthread_mutex_trylock, pthread_spin_trylock, pthread_rwlock_tryrdlock, \
		pthread_rwlock_trywrlock, sem_trywait, mtx_trylock
	entry_point __wrap_\name, entry_\name
	.endr

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* test_fd_libuv.c: half a million messages in a loop of libuv, and how often it was written to. */
#include <pthread.h>
#include <uv.h>
#include <weft/channel.h>

#include "test.h"

enum { SENDERS = 2, EACH = TEST_IS_SLOW ? 50000 : 250000, WRITES_AT_MOST = 50000 };

WEFT_CHANNEL(numbers, uint32_t);

/* See meson.build. */
void __real_weft_os_readable_set(const int fds[2]);
void __wrap_weft_os_readable_set(const int fds[2]);

static weft_atomic_u32 writes;

void
__wrap_weft_os_readable_set(const int fds[2])
{
	weft_fetch_add_relaxed(&writes, 1);
	__real_weft_os_readable_set(fds);
}

struct inbox {
	numbers queue;
	uint32_t received, out_of_order, next[SENDERS];
};

static struct inbox inbox;

static void *
send_numbers(void *arg)
{
	uint32_t sender = *(uint32_t *)arg;

	for (uint32_t i = 0; i < EACH; i++)
		weft_must(numbers_send(&inbox.queue, sender << 24 | i));
	numbers_leave(&inbox.queue, WEFT_SENDER);
	return NULL;
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	weft_status s;
	uint32_t v;

	(void)status, (void)events;
	do
		while ((s = numbers_try_recv(&inbox.queue, &v)) == WEFT_OK) {
			inbox.received++;
			inbox.out_of_order += (v & 0xffffff) != inbox.next[v >> 24]++;
		}
	while (!numbers_fd_arm(&inbox.queue));
	if (s == WEFT_CLOSED)
		uv_close((uv_handle_t *)poll, NULL);
}

static void
run_loop(weft_channel_options how)
{
	uint32_t names[SENDERS] = { 0, 1 };
	pthread_t threads[SENDERS];
	uv_loop_t loop;
	uv_poll_t poll;

	memset(&inbox, 0, sizeof inbox);
	weft_store_relaxed(&writes, 0);
	how.senders = SENDERS;
	assert_int_equal(numbers_init_with(&inbox.queue, &how), WEFT_OK);
	assert_int_equal(uv_loop_init(&loop), 0);
	assert_int_equal(uv_poll_init(&loop, &poll, numbers_fd(&inbox.queue)), 0);
	assert_int_equal(uv_poll_start(&poll, UV_READABLE, on_readable), 0);
	for (int i = 0; i < SENDERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, send_numbers, &names[i]), 0);
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	for (int i = 0; i < SENDERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(uv_loop_close(&loop), 0);
	numbers_fini(&inbox.queue);
	assert_int_equal(inbox.received, SENDERS * EACH);
	assert_int_equal(inbox.out_of_order, 0);
	print_message("%u messages, %u writes\n", inbox.received, weft_load_relaxed(&writes));
	assert_in_range(weft_load_relaxed(&writes), 1, WRITES_AT_MOST - 1);
}

static void
a_bounded_channel_in_a_loop(void **state)
{
	(void)state;
	run_loop((weft_channel_options){ .capacity = 4096 });
}

static void
a_lock_free_channel_in_a_loop(void **state)
{
	(void)state;
	run_loop((weft_channel_options){ .capacity = 4096, .lock_free = true });
}

static void
an_unbounded_channel_in_a_loop(void **state)
{
	(void)state;
	run_loop((weft_channel_options){ .capacity = WEFT_UNBOUNDED });
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bounded_channel_in_a_loop),
		cmocka_unit_test(a_lock_free_channel_in_a_loop),
		cmocka_unit_test(an_unbounded_channel_in_a_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

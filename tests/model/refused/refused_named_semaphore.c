/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* refused_named_semaphore.c: a program with a semaphore that other processes see. */
/* expect: refused: sem_open */
#include <fcntl.h>
#include <semaphore.h>

int
main(void)
{
	return sem_open("/weft-model-test", O_CREAT, 0600, 1) == SEM_FAILED;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* bug_struct_copy.c: a struct is copied, by memcpy, while its last member is written. */
/* expect: race */
#include <pthread.h>
#include <string.h>

struct settings {
	char name[24];
	int size;
};

extern struct settings now;
struct settings now = { "first", 5 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *
resize(void *arg)
{
	pthread_mutex_lock(&lock);
	now.size++;
	pthread_mutex_unlock(&lock);
	return arg;
}

int
main(void)
{
	struct settings copy;
	pthread_t t;

	pthread_create(&t, NULL, resize, NULL);
#ifdef RIGHT
	pthread_mutex_lock(&lock);
#endif
	memcpy(&copy, &now, sizeof copy);
#ifdef RIGHT
	pthread_mutex_unlock(&lock);
#endif
	pthread_join(t, NULL);
	return copy.size > 6 || copy.name[0] != 'f';
}

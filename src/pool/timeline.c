/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* timeline.c: WEFT_TRACE=FILE: what each worker did, as Chrome-trace JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "worker.h"

/*
 * Each worker has a buffer of its own, in which it alone writes: what comes when it is full
 * is counted, and dropped. A pool is written when its threads are gone; what pools are left, at
 * the end of the program. The file is whole JSON after each of these: the next one begins where
 * the brackets close. A child process writes none: the file is its parent's.
 */
#define EVENTS (WEFT_MODEL_ ? 4u : 16384u)
#define CLOSE "\n]}\n"

struct weft_timeline_ {
	weft_atomic_u32 n;           /* events that are whole: by the worker */
	weft_atomic_u32 dropped;     /* likewise */
	struct weft_deed_noted_ deed[EVENTS];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
/* Written once; empty: off. */
static char path[4096];
static uint32_t generation;
static uint64_t origin;

/* The pools that are traced, and how many there have been. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static weft_pool *pools;
static unsigned made;
static bool has_begun;

static size_t
timeline_size(void)
{
	return (sizeof(struct weft_timeline_) + WEFT_PAGE - 1) / WEFT_PAGE * WEFT_PAGE;
}

struct weft_timeline_ *
weft_timeline_new_(void)
{
	return weft_memory_pages_(NULL, timeline_size());
}

bool
weft_timeline_is_on_(void)
{
	return path[0] != 0 && generation == weft_pool_generation_;
}

void
weft_timeline_free_(struct weft_timeline_ *t)
{
	if (t != NULL)
		weft_memory_pages_free_(NULL, t, timeline_size());
}

void
weft_timeline_add_(struct weft_timeline_ *t, enum weft_deed_ deed, uint64_t from)
{
	/* relaxed: only this thread writes it. */
	uint32_t n = weft_load_relaxed(&t->n);

	if (n == EVENTS) {
		/* relaxed: a statistic, which this thread alone writes. */
		weft_store_relaxed(&t->dropped, weft_load_relaxed(&t->dropped) + 1);
		return;
	}
	t->deed[n] = (struct weft_deed_noted_){ from, weft_ticks_(), deed };
	/* R1: the event, whole; pairs with A1. */
	weft_store_release(&t->n, n + 1);
}

uint32_t
weft_timeline_deeds_(const struct weft_timeline_ *t, const struct weft_deed_noted_ **deeds)
{
	*deeds = t->deed;
	/* A1: what each of them is; pairs with R1. */
	return weft_load_acquire(&t->n);
}

/* Microseconds, with what is below as decimals. */
static void
put_time(FILE *f, const char *name, uint64_t ticks)
{
	uint64_t ns = weft_ticks_ns_(ticks);

	fprintf(f, ",\"%s\":%llu.%03u", name, (unsigned long long)(ns / 1000),
	    (unsigned)(ns % 1000));
}

static void
put_event(FILE *f, const weft_worker_ *w, const struct weft_deed_noted_ *e)
{
	static const char *const name[] = { "run", "sleep", "blocked" };
	uint64_t from = e->from > origin ? e->from - origin : 0;

	fprintf(f, ",\n{\"name\":\"%s\",\"ph\":\"X\",\"pid\":%u,\"tid\":%u", name[e->deed],
	    w->pool->number, (unsigned)w->index);
	put_time(f, "ts", from);
	put_time(f, "dur", e->to > e->from ? e->to - e->from : 0);
	fputs("}", f);
}

static void
put_name(FILE *f, const char *what, const weft_worker_ *w, const char *name, unsigned n)
{
	fprintf(f, ",\n{\"name\":\"%s\",\"ph\":\"M\",\"pid\":%u,\"tid\":%u,"
	    "\"args\":{\"name\":\"%s-%u\"}}", what, w->pool->number, (unsigned)w->index, name, n);
}

static void
put_worker(FILE *f, const weft_worker_ *w)
{
	const struct weft_deed_noted_ *deed;
	uint32_t n = weft_timeline_deeds_(w->timeline, &deed);

	put_name(f, "thread_name", w, w->has_thread ? w->pool->name : "caller", (unsigned)w->index);
	for (uint32_t i = 0; i < n; i++)
		put_event(f, w, &deed[i]);
	/* relaxed: a statistic. */
	fprintf(f, ",\n{\"name\":\"dropped\",\"ph\":\"C\",\"pid\":%u,\"tid\":%u,\"ts\":0,"
	    "\"args\":{\"events\":%u}}", w->pool->number, (unsigned)w->index,
	    (unsigned)weft_load_relaxed(&w->timeline->dropped));
}

static void
put_pool(FILE *f, weft_pool *p)
{
	uint32_t end;

	pthread_mutex_lock(&p->lock);
	/* relaxed: written under the lock, as are the places below it. */
	end = weft_load_relaxed(&p->crew_end);
	for (uint32_t i = 0; i < end; i++) {
		/* relaxed: as above. */
		const weft_worker_ *w = weft_load_relaxed(&p->crew[i]);

		if (w->timeline != NULL)
			put_worker(f, w);
	}
	pthread_mutex_unlock(&p->lock);
}

/* Where the next pool goes; NULL: there is no such file to be had, and no trace. */
static FILE *
open_file(void)
{
	FILE *f = fopen(path, has_begun ? "r+" : "w");

	if (f == NULL)
		return NULL;
	if (has_begun)
		fseek(f, -(long)(sizeof CLOSE - 1), SEEK_END);
	else
		fputs("{\"traceEvents\":[\n{\"name\":\"weft\",\"ph\":\"M\",\"pid\":0}", f);
	has_begun = true;
	return f;
}

static void
write_pool(weft_pool *p)
{
	FILE *f = open_file();

	if (f == NULL)
		return;
	put_pool(f, p);
	fputs(CLOSE, f);
	fclose(f);
}

static void
write_rest(void)
{
	if (generation != weft_pool_generation_)
		return;
	pthread_mutex_lock(&lock);
	for (weft_pool *p = pools; p != NULL; p = p->next_in_timeline)
		write_pool(p);
	pools = NULL;
	pthread_mutex_unlock(&lock);
}

static void
turn_on(void)
{
	const char *wanted = WEFT_MODEL_ ? NULL : getenv("WEFT_TRACE");

	if (wanted == NULL || *wanted == 0)
		return;
	/* The process may change its environment. */
	if (snprintf(path, sizeof path, "%s", wanted) >= (int)sizeof path ||
	    atexit(write_rest) != 0)
		path[0] = 0;
	generation = weft_pool_generation_;
	origin = weft_ticks_();
}

void
weft_timeline_begin_(weft_pool *p)
{
	pthread_once(&once, turn_on);
	if (!weft_timeline_is_on_())
		return;
	pthread_mutex_lock(&lock);
	p->number = ++made;
	p->next_in_timeline = pools;
	pools = p;
	pthread_mutex_unlock(&lock);
}

void
weft_timeline_end_(weft_pool *p)
{
	if (!weft_timeline_is_on_())
		return;
	pthread_mutex_lock(&lock);
	for (weft_pool **at = &pools; *at != NULL; at = &(*at)->next_in_timeline)
		if (*at == p) {
			*at = p->next_in_timeline;
			write_pool(p);
			break;
		}
	pthread_mutex_unlock(&lock);
}

// SPDX-License-Identifier: MIT OR Apache-2.0
// cpp_scope.cc: scopes and locals from C++: exceptions join, and values may have constructors.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <thread>
#include <vector>
#include <weft/local.h>
#include <weft/scope.h>

namespace {

void
must(bool truth, const char *what)
{
	if (truth)
		return;
	std::fprintf(stderr, "%s\n", what);
	std::exit(1);
}

using words = std::vector<std::string>;

void
words_make(words *w)
{
	new (w) words;
}

void
words_drop(words *w)
{
	w->~words();
}

WEFT_LOCAL(all_words, words, words_make, words_drop);

struct part {
	all_words *local;
	int n;
	std::atomic<int> ran;
};

weft_status
slow_part(part *p)
{
	std::this_thread::sleep_for(std::chrono::milliseconds(10));
	for (int i = 0; i < p->n; i++)
		all_words_get(p->local)->push_back(std::string(100, 'x'));
	p->ran++;
	return p->n == 13 ? weft_user(13) : WEFT_OK;
}
WEFT_THREAD(slow, part, slow_part);

void
leave_by_exception(part &p)
{
	WEFT_SCOPE(s);

	must(slow_spawn(&s, &p) == WEFT_OK, "there is no thread");
	throw 5;
}

} // namespace

int
main()
{
	all_words local{};
	part thrown{ &local, 1, {} }, parts[3] = { { &local, 2, {} }, { &local, 13, {} },
		{ &local, 4, {} } };
	size_t n = 0;

	try {
		leave_by_exception(thrown);
		must(false, "nothing was thrown");
	} catch (int i) {
		must(i == 5 && thrown.ran == 1, "an exception did not join");
	}
	{
		weft_thread_options options{};
		WEFT_SCOPE(s);

		options.name = "part";
		for (part &p : parts)
			must(slow_spawn_with(&s, &p, &options) == WEFT_OK, "there is no thread");
		must(weft_scope_join(&s) == weft_user(13), "the failure is lost");
	}
	for (words *each = nullptr; (each = all_words_next(&local, each)) != nullptr;)
		n += each->size();
	must(n == 20 && all_words_len(&local) == 4, "words are lost");
	all_words_fini(&local);
	must(all_words_len(&local) == 0, "values are left");
}

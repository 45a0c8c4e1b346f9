// SPDX-License-Identifier: MIT OR Apache-2.0
// from_cpp.cc: weft in C++17: the same macros, the same names, std::thread around them.
#include <cstdio>
#include <thread>
#include <weft/array_queue.h>
#include <weft/time.h>

struct job {
	int id;
	double cost;
};

WEFT_ARRAY_QUEUE(jobs, job);

int
main()
{
	constexpr int last = 10000;
	weft_array_queue_options options{};
	jobs queue;

	options.capacity = 64;
	weft_must(jobs_init_with(&queue, &options));

	std::thread sender([&queue] {
		unsigned round = 0;

		for (int i = 1; i <= last;)
			if (jobs_push(&queue, job{ i, i * 0.5 }))
				i++;
			else
				weft_spin(&round);
	});

	double total = 0;
	unsigned round = 0;
	for (job j{}; j.id < last;)
		if (jobs_pop(&queue, &j))
			total += j.cost;
		else
			weft_spin(&round);
	sender.join();
	jobs_fini(&queue);
	std::printf("%d jobs cost %.0f\n", last, total);
	return total == 0.5 * last * (last + 1) / 2 ? 0 : 1;
}

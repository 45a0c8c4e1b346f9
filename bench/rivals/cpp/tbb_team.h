// SPDX-License-Identifier: MIT OR Apache-2.0
// tbb_team.h: TBB with as many threads as are asked for, each pinned, as the others' are.
#ifndef BENCH_TBB_TEAM_H
#define BENCH_TBB_TEAM_H

#include "../../team.h"

#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#include <tbb/task_scheduler_observer.h>

#include <atomic>

// The caller is number 0 of its arena.
struct tbb_pins : tbb::task_scheduler_observer {
	std::atomic<int> there{ 0 };

	tbb_pins() { observe(true); }

	void
	on_scheduler_entry(bool is_worker) override
	{
		if (!is_worker)
			return;
		team_pin(tbb::this_task_arena::current_thread_index());
		there++;
	}
};

// All threads are made, and on their CPUs, when this returns.
static inline void
tbb_team_open(int threads)
{
	static tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
	    static_cast<size_t>(threads));
	static tbb_pins pins;

	auto work = [](int i) {
		volatile uint64_t kept = team_steps(static_cast<uint64_t>(i) + 1, 10000);

		(void)kept;
	};
	while (pins.there < threads - 1)
		tbb::parallel_for(0, 64 * threads, work);
}

#endif

// SPDX-License-Identifier: MIT OR Apache-2.0
// cpp_channel.cc: channels, select and timers from C++: the same macros, the same names.
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>
#include <weft/channel.h>

namespace {

struct job {
	int id;
	double cost;
};

struct letter {
	char *text;
};

void
letter_drop(letter *l)
{
	std::free(l->text);
}

WEFT_CHANNEL(jobs, job);
WEFT_CHANNEL(letters, letter, letter_drop);

enum arm_name { JOB, LETTER, TICK };

} // namespace

int
main()
{
	constexpr int last = 2000;
	weft_channel_options options{};
	jobs queue;
	letters box;

	options.capacity = 8;
	options.senders = 2;
	options.stats = true;
	weft_must(jobs_init_with(&queue, &options));
	weft_must(letters_init(&box, 1));

	std::vector<std::thread> senders;
	for (int s = 0; s < 2; s++)
		senders.emplace_back([&queue, s] {
			for (int i = s; i < last; i += 2)
				if (jobs_send(&queue, job{ i, i * 0.5 }) != WEFT_OK)
					std::abort();
			jobs_leave(&queue, WEFT_SENDER);
		});
	if (letters_try_send(&box, letter{ static_cast<char *>(std::malloc(9)) }) != WEFT_OK)
		return 1;

	job j{};
	letter l{};
	weft_timer every = weft_timer_tick(WEFT_MS(1));
	weft_arm arms[] = {
		jobs_recv_arm(&queue, &j),
		letters_recv_arm(&box, &l),
		weft_timer_arm(&every, nullptr),
	};
	double total = 0;
	int got = 0, post = 0;
	for (int won; (won = weft_select(arms, WEFT_COUNT(arms))) >= 0;)
		switch (won) {
		case JOB:
			if (arms[JOB].status == WEFT_OK) {
				total += j.cost;
				got++;
				break;
			}
			letters_close(&box);
			weft_arm_off(&arms[TICK]);
			break;
		case LETTER:
			if (arms[LETTER].status == WEFT_OK) {
				letter_drop(&l);
				post++;
			}
			break;
		default:
			break;
		}
	for (std::thread &s : senders)
		s.join();
	/* What is left is dropped. */
	if (letters_try_send(&box, letter{ nullptr }) != WEFT_CLOSED)
		return 1;
	weft_channel_stats stats = jobs_usage(&queue);
	letters_fini(&box);
	jobs_fini(&queue);
	std::printf("%d jobs cost %.0f; %d letter\n", got, total, post);
	return got == last && post == 1 && stats.sent == last &&
		total == 0.5 * last * (last - 1) / 2 ? 0 : 1;
}

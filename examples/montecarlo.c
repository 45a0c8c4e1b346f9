/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * montecarlo.c: what an option is worth, by many paths of a price.
 *
 * Each path draws from the random stream of its own number, and the sums are added up in a
 * fixed tree: so the answer has the same bits for any number of threads.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <weft/par.h>
#include <weft/pool.h>
#include <weft/random.h>

enum { PATHS = 20000, STEPS = 50 };

struct option {
	double price, strike, rate, volatility, years;
	uint64_t seed;
};

struct sums {
	double payoff, square;
};

static struct sums
path(const uint64_t *number, const struct option *o)
{
	weft_random r = weft_random_stream(o->seed, *number);
	double dt = o->years / STEPS, at = log(o->price), payoff;

	for (int i = 0; i < STEPS; i++)
		at += (o->rate - o->volatility * o->volatility / 2) * dt +
		    o->volatility * sqrt(dt) * weft_random_normal(&r);
	payoff = exp(at) > o->strike ? exp(-o->rate * o->years) * (exp(at) - o->strike) : 0;
	return (struct sums){ payoff, payoff * payoff };
}

static struct sums
add(struct sums a, struct sums b)
{
	return (struct sums){ a.payoff + b.payoff, a.square + b.square };
}

static const struct sums nothing = { 0, 0 };
WEFT_PAR_REDUCE(paths, struct sums, uint64_t, nothing, path, add, struct option);

/* What the formula of Black and Scholes says. */
static double
exact(const struct option *o)
{
	double root = o->volatility * sqrt(o->years);
	double d1 = (log(o->price / o->strike) +
	                (o->rate + o->volatility * o->volatility / 2) * o->years) / root;
	double n1 = erfc(-d1 / sqrt(2.0)) / 2, n2 = erfc(-(d1 - root) / sqrt(2.0)) / 2;

	return o->price * n1 - o->strike * exp(-o->rate * o->years) * n2;
}

int
main(void)
{
	const struct option o = { 100, 105, 0.03, 0.2, 1, 42 };
	static uint64_t numbers[PATHS];
	struct sums first = nothing;
	double mean, error;

	for (uint64_t i = 0; i < PATHS; i++)
		numbers[i] = i;
	for (unsigned threads = 1; threads <= 4; threads++) {
		weft_pool_options options = { .threads = threads };
		weft_par_options how = { .pool = weft_pool_new(&options), .ordered = true };
		struct sums s = paths(&how, numbers, PATHS, &o);

		if (how.pool != NULL)
			weft_pool_free(how.pool);
		if (threads == 1)
			first = s;
		if (memcmp(&s, &first, sizeof s) != 0) {
			printf("%u threads found something else\n", threads);
			return 1;
		}
	}
	mean = first.payoff / PATHS;
	error = sqrt((first.square / PATHS - mean * mean) / PATHS);
	printf("%.3f, give or take %.3f; the formula says %.3f\n", mean, error, exact(&o));
	return fabs(mean - exact(&o)) < 4 * error ? 0 : 1;
}

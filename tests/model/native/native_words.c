/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* native_words.c: each answer of a choice is explored, but those that an assumption rules out. */
/* expect: exhaustive 3 */
#include <assert.h>
#include <weft/model.h>

int
main(void)
{
	unsigned answer = weft_model_choose(4);

	weft_model_note("the answer is", answer);
	assert(weft_model_is_on());
	weft_model_assume(answer != 2);
	assert(answer != 2 && answer < 4);
	return 0;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* static_scope.c: a scope whose block is never left, so that nothing would join it. */
/*
 * c: initializer element is not|is not a compile-time constant
 * c++: .
 */
#include <weft/scope.h>

weft_status
wait_for(void)
{
#ifdef RIGHT
	WEFT_SCOPE(s);
#else
#ifdef __cplusplus
#error C++ would construct it
#endif
	static WEFT_SCOPE(s);
#endif
	return weft_scope_join(&s);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/detail/linked_inl.h: included by each header that needs the library: see WEFT_ABI_. */
#ifndef WEFT_DETAIL_LINKED_INL_H
#define WEFT_DETAIL_LINKED_INL_H

#include "../base.h"

static void (*const weft_linked_)(void) __attribute__((used)) = WEFT_ABI_;

#endif

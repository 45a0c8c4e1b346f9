/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* weft/weft.h: all of weft that one library carries. */
#ifndef WEFT_WEFT_H
#define WEFT_WEFT_H

#include "alloc.h"
#include "atomic.h"
#include "base.h"
#include "random.h"
#include "time.h"

#include "cancel.h"
#include "latch.h"
#include "park.h"
#include "rwlock.h"

#include "array_queue.h"
#include "counter.h"
#include "deque.h"
#include "histogram.h"
#include "lf_queue.h"
#include "seg_queue.h"
#include "spsc_queue.h"

#include "broadcast.h"
#include "channel.h"
#include "select.h"

#include "local.h"
#include "pool.h"
#include "scope.h"

#include "par.h"
#include "sort.h"

#endif

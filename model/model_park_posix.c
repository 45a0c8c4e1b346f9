/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* model_park_posix.c: the clients of park, over what sleeps where there is no futex. */
#include "model_park.c"

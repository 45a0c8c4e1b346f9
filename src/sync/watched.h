/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* watched.h: tokens that somebody waits for. Private. */
#ifndef WEFT_SRC_WATCHED_H
#define WEFT_SRC_WATCHED_H

#include <weft/cancel.h>

/*
 * From now on somebody may wait until the token is set: then weft_cancel_set calls the hook, in
 * whatever thread or signal handler it runs. Nothing where it is set already: look after it.
 * The hook is the same at every call, and waits for nobody.
 */
void weft_cancel_watch_(const weft_cancel *c, void (*hook)(void));

#endif

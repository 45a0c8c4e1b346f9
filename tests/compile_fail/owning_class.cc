// SPDX-License-Identifier: MIT OR Apache-2.0
// owning_class.cc: a queue of a class that copying as bytes would break.
//
// c++: ring: its values are copied as bytes: struct owner must be trivially copyable
#include <weft/array_queue.h>

struct owner {
	int *p;
#ifndef RIGHT
	owner(const owner &o) : p(new int(*o.p)) {}
	~owner() { delete p; }
#endif
};

WEFT_ARRAY_QUEUE(ring, struct owner);

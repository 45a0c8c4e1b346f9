// SPDX-License-Identifier: MIT OR Apache-2.0
// rwlock.rs: the twin of bench/rwlock_work.h and rwlock_main.h.
use crate::{args, die, report, run, work_threads};

/// What the lock guards: `count` and `twin` are equal whenever nobody writes.
pub struct Guarded {
    pub one: u64,
    pub count: u64,
    pub twin: u64,
}

pub trait Lock: Sync {
    fn open(data: Guarded) -> Self;
    fn read<R, F: FnOnce(&Guarded) -> R>(&self, f: F) -> R;
    fn write<F: FnOnce(&mut Guarded)>(&self, f: F);
}

fn work<L: Lock>(l: &L, each: u64, write_every: u64) -> u64 {
    let (mut sum, mut until_write) = (0u64, write_every);
    for _ in 0..each {
        if until_write == 1 {
            l.write(|d| {
                d.count += 1;
                d.twin += 1;
            });
            until_write = write_every;
        } else {
            let seen = l.read(|d| d.one.wrapping_add(d.count.wrapping_sub(d.twin)));
            sum = sum.wrapping_add(seen);
            until_write = until_write.wrapping_sub(1);
        }
    }
    sum
}

pub fn main<L: Lock>() {
    let (name, ops) = args();
    let (threads, write_every) = if let Some(n) = work_threads(&name, "read") {
        (n, 0)
    } else if let Some(n) = work_threads(&name, "write") {
        (n, 1)
    } else if let Some(n) = work_threads(&name, "mixed") {
        (n, 10)
    } else {
        die("no such work: read-N, write-N or mixed-N")
    };
    let l = L::open(Guarded { one: 1, count: 0, twin: 0 });
    let mut r = run(threads, |_| work(&l, ops / threads as u64, write_every));
    r.checksum = r.checksum.wrapping_add(l.read(|d| d.count));
    report(r, ops);
}

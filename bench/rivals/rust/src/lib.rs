// SPDX-License-Identifier: MIT OR Apache-2.0
// lib.rs: the twin of bench/bench.h in Rust: pinned threads, one start, one line out.
pub mod channel;
pub mod crossbeam;
pub mod deque;
pub mod par;
pub mod pool;
pub mod queue;
pub mod rwlock;
pub mod select;
pub mod sort;
pub mod team;
pub mod with_rayon;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Two things that different threads write stay this many bytes apart.
#[repr(align(128))]
pub struct Line<T>(pub T);

pub fn die(why: &str) -> ! {
    eprintln!("bench: {}", why);
    std::process::exit(2)
}

/// The same clock as in C, so that no conversion differs.
pub fn now() -> u64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut t) };
    t.tv_sec as u64 * 1_000_000_000 + t.tv_nsec as u64
}

/// What to do while a queue is full or empty: a few pauses, then give the CPU away.
#[derive(Default)]
pub struct Wait {
    tries: u32,
}

impl Wait {
    #[inline]
    pub fn wait(&mut self) {
        if self.tries < 16 {
            self.tries += 1;
            std::hint::spin_loop();
        } else {
            unsafe { libc::sched_yield() };
        }
    }
}

/// Thread i runs on the (i mod n)th of the n CPUs that the process may use.
pub fn pin(i: usize) {
    unsafe {
        let mut all: libc::cpu_set_t = std::mem::zeroed();
        let size = std::mem::size_of_val(&all);
        if libc::sched_getaffinity(0, size, &mut all) != 0 {
            die("sched_getaffinity failed");
        }
        let cpus: Vec<usize> =
            (0..libc::CPU_SETSIZE as usize).filter(|&c| libc::CPU_ISSET(c, &all)).collect();
        let mut one: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(cpus[i % cpus.len()], &mut one);
        if libc::sched_setaffinity(0, size, &one) != 0 {
            die("a thread cannot be pinned");
        }
    }
}

pub struct Run {
    pub ns: u64,
    pub checksum: u64,
}

/// work(me) on that many pinned threads at once: ns from the first start to the last end,
/// and the sum of their answers.
pub fn run<F: Fn(usize) -> u64 + Sync>(threads: usize, work: F) -> Run {
    let arrived = Line(AtomicUsize::new(0));
    let member = |me: usize| {
        let mut wait = Wait::default();
        pin(me);
        arrived.0.fetch_add(1, Ordering::AcqRel);
        while arrived.0.load(Ordering::Acquire) < threads {
            wait.wait();
        }
        let start = now();
        let checksum = work(me);
        (start, now(), checksum)
    };
    let member = &member;
    let (mut first, mut last, mut sum) = (u64::MAX, 0, 0u64);
    thread::scope(|s| {
        let team: Vec<_> = (0..threads).map(|me| s.spawn(move || member(me))).collect();
        for t in team {
            let (start, end, checksum) = t.join().unwrap();
            first = first.min(start);
            last = last.max(end);
            sum = sum.wrapping_add(checksum);
        }
    });
    Run { ns: last - first, checksum: sum }
}

/// PROGRAM WORK OPS
pub fn args() -> (String, u64) {
    let args: Vec<String> = std::env::args().collect();
    if args.len() != 3 {
        die("usage: PROGRAM WORK OPS");
    }
    let ops: u64 = args[2].parse().unwrap_or(0);
    if ops == 0 || ops % 64 != 0 {
        die("OPS must be a multiple of 64");
    }
    (args[1].clone(), ops)
}

/// The N of a work named `word-N`.
pub fn work_threads(work: &str, word: &str) -> Option<usize> {
    let threads: usize = work.strip_prefix(word)?.strip_prefix('-')?.parse().ok()?;
    if (1..=64).contains(&threads) && 64 % threads == 0 {
        Some(threads)
    } else {
        None
    }
}

pub fn report(r: Run, ops: u64) {
    println!("ns {} ops {} checksum {}", r.ns, ops, r.checksum);
}

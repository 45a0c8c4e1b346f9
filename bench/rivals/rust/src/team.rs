// SPDX-License-Identifier: MIT OR Apache-2.0
// team.rs: the twin of bench/team.h: arguments, numbers, steps of work, sums.
use crate::die;

pub struct Args {
    pub work: String,
    pub ops: u64,
    pub threads: usize,
    /// All CPUs of the process, seen before anyone is pinned.
    pub cpus: Vec<usize>,
}

/// PROGRAM WORK OPS [THREADS]: an operation is a whole call, so OPS is any number.
pub fn args() -> Args {
    let args: Vec<String> = std::env::args().collect();
    if args.len() != 3 && args.len() != 4 {
        die("usage: PROGRAM WORK OPS [THREADS]");
    }
    let cpus = cpus();
    let ops: u64 = args[2].parse().unwrap_or(0);
    let threads = args.get(3).map_or(cpus.len(), |n| n.parse().unwrap_or(0));
    if ops == 0 || threads == 0 {
        die("OPS and THREADS must be at least 1");
    }
    Args { work: args[1].clone(), ops, threads, cpus }
}

fn cpus() -> Vec<usize> {
    unsafe {
        let mut all: libc::cpu_set_t = std::mem::zeroed();
        if libc::sched_getaffinity(0, std::mem::size_of_val(&all), &mut all) != 0 {
            die("sched_getaffinity failed");
        }
        (0..libc::CPU_SETSIZE as usize).filter(|&c| libc::CPU_ISSET(c, &all)).collect()
    }
}

/// This thread, the ith, runs on the (i mod n)th of these n CPUs.
pub fn pin_to(cpus: &[usize], i: usize) {
    unsafe {
        let mut one: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(cpus[i % cpus.len()], &mut one);
        if libc::sched_setaffinity(0, std::mem::size_of_val(&one), &one) != 0 {
            die("a thread cannot be pinned");
        }
    }
}

/// The N of `word-N`; k is 1024, m a million.
pub fn size(work: &str, word: &str) -> Option<usize> {
    let n = work.strip_prefix(word)?.strip_prefix('-')?;
    let (digits, unit) = match n.as_bytes().last()? {
        b'k' => (&n[..n.len() - 1], 1024),
        b'm' => (&n[..n.len() - 1], 1_000_000),
        _ => (n, 1),
    };
    Some(digits.parse::<usize>().ok()? * unit)
}

/// The ith number of a sequence that looks random (SplitMix64).
#[inline]
pub fn number(i: u64) -> u64 {
    let mut x = i.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

/// So many steps of a xorshift, each waiting for the one before.
#[inline]
pub fn steps(mut x: u64, steps: u64) -> u64 {
    for _ in 0..steps {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    x
}

/// A sum that sees which value stands where.
pub fn sum(v: &[u64]) -> u64 {
    v.iter().enumerate().fold(0, |sum: u64, (i, x)| {
        sum.wrapping_add(x.wrapping_mul(2 * i as u64 + 1))
    })
}

/// The compiler takes it that all memory is read and written here.
#[inline]
pub fn fence() {
    unsafe { std::arch::asm!("", options(nostack, preserves_flags)) }
}

/// The median of n times, n times.
pub fn median(ns: &mut [u64]) -> u64 {
    ns.sort_unstable();
    ns[ns.len() / 2] * ns.len() as u64
}

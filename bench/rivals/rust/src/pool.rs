// SPDX-License-Identifier: MIT OR Apache-2.0
// pool.rs: the twin of bench/pool_work.h and pool_main.h.
use crate::team::{median, size, steps, Args};
use crate::{die, now, Line, Run};
use std::time::Duration;

pub type Piece = Line<u64>;

pub struct Calls {
    pub fib: fn(u64) -> u64,
    pub pair: fn(&mut Piece, &mut Piece),
    pub group: fn(&mut [Piece]),
}

const STEPS: u64 = 25600;
const REST: Duration = Duration::from_millis(10);

#[inline(never)]
pub fn work(p: &mut Piece) {
    p.0 = steps(p.0, STEPS);
}

fn all(c: &Calls, pieces: &mut [Piece], pair: bool) -> u64 {
    for p in pieces.iter_mut() {
        p.0 = 1;
    }
    if pair {
        let (a, b) = pieces.split_at_mut(1);
        (c.pair)(&mut a[0], &mut b[0]);
    } else {
        (c.group)(pieces);
    }
    if pieces.iter().any(|p| p.0 != pieces[0].0) {
        die("a piece was not done");
    }
    pieces[0].0
}

fn pieces(n: usize) -> Vec<Piece> {
    (0..n).map(|_| Line(0)).collect()
}

fn time_cold(c: &Calls, n: usize, pair: bool, ops: u64) -> Run {
    let mut pieces = pieces(n);
    let mut checksum = all(c, &mut pieces, pair);
    let mut ns = vec![0; ops as usize];
    for t in &mut ns {
        std::thread::sleep(REST);
        let start = now();
        checksum = all(c, &mut pieces, pair);
        *t = now() - start;
    }
    Run { ns: median(&mut ns), checksum }
}

fn cpu_time() -> u64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut t) };
    t.tv_sec as u64 * 1_000_000_000 + t.tv_nsec as u64
}

fn time_idle(c: &Calls, n: usize, ops: u64) -> Run {
    let mut pieces = pieces(n);
    let mut r = Run { ns: 0, checksum: 0 };
    for _ in 0..ops {
        r.checksum = all(c, &mut pieces, false);
        let start = cpu_time();
        std::thread::sleep(Duration::from_secs(1));
        r.ns += cpu_time() - start;
    }
    r
}

fn time_fib(c: &Calls, n: u64, ops: u64) -> Run {
    (c.fib)(n.min(20));
    let mut r = Run { ns: 0, checksum: 0 };
    let start = now();
    for _ in 0..ops {
        r.checksum = (c.fib)(n);
    }
    r.ns = now() - start;
    r
}

pub fn time(c: &Calls, a: &Args) -> Run {
    if let Some(n) = size(&a.work, "fib") {
        return time_fib(c, n as u64, a.ops);
    }
    match a.work.as_str() {
        "cold" => time_cold(c, 2, true, a.ops),
        "wake" => time_cold(c, a.threads, false, a.ops),
        "idle-1s" => time_idle(c, a.threads, a.ops),
        _ => die("no such work: fib-N, cold, wake or idle-1s"),
    }
}

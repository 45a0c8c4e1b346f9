// SPDX-License-Identifier: MIT OR Apache-2.0
// with_rayon.rs: rayon's loops, joins and sorts, called from outside its pool or from inside.
use crate::pool::{Calls, Piece};
use crate::team::{args, pin_to, size, Args};
use crate::{par, pool, report, sort, Run};
use rayon::prelude::*;

/// Starts the pool, its threads pinned, and gives the time of `work` on this thread or on one
/// of the pool's.
fn start<F: FnOnce(&Args) -> Run + Send>(inside: bool, work: F) {
    let a = args();
    let cpus = a.cpus.clone();
    rayon::ThreadPoolBuilder::new()
        .num_threads(a.threads)
        .start_handler(move |i| pin_to(&cpus, i))
        .build_global()
        .unwrap();
    // Everyone is there, and pinned, before anything is timed.
    rayon::broadcast(|_| ());
    let callers = size(&a.work, "callers").is_some();
    if !callers {
        pin_to(&a.cpus, 0);
    }
    let r = if inside { rayon::scope(|_| work(&a)) } else { work(&a) };
    report(r, a.ops);
}

fn map(out: &mut [u64], input: &[u64]) {
    out.par_iter_mut().zip(input).for_each(|(o, i)| *o = par::trivial(i));
}

fn total(input: &[u64]) -> u64 {
    input.par_iter().copied().reduce(|| 0, u64::wrapping_add)
}

/// rayon has no scan: by hand, in two passes, a few parts a thread.
fn scan(out: &mut [u64], input: &[u64]) {
    let part = input.len() / (4 * rayon::current_num_threads()) + 1;
    let mut before: Vec<u64> = input
        .par_chunks(part)
        .map(|c| c.iter().fold(0u64, |sum, x| sum.wrapping_add(*x)))
        .collect();
    let mut sum = 0u64;
    for b in &mut before {
        let next = sum.wrapping_add(*b);
        *b = sum;
        sum = next;
    }
    out.par_chunks_mut(part).zip(input.par_chunks(part)).zip(before).for_each(|((o, i), b)| {
        let mut sum = b;
        for (o, i) in o.iter_mut().zip(i) {
            sum = sum.wrapping_add(*i);
            *o = sum;
        }
    });
}

fn spend(out: &mut [u64], steps: &[u64]) {
    out.par_iter_mut().zip(steps).for_each(|(o, s)| *o = par::spend(s));
}

fn rows(out: &mut [u64], rows: &[u64]) {
    out.par_iter_mut().zip(rows).for_each(|(o, y)| *o = par::row(y));
}

pub fn loops(inside: bool) {
    let l = par::Loops { map, sum: total, scan, spend, rows };
    start(inside, move |a| match size(&a.work, "callers") {
        Some(n) => par::callers(&l, a.ops, n),
        None => par::time(&l, a),
    });
}

fn fib(n: u64) -> u64 {
    if n < 2 {
        return n;
    }
    let (a, b) = rayon::join(|| fib(n - 1), || fib(n - 2));
    a + b
}

fn pair(a: &mut Piece, b: &mut Piece) {
    rayon::join(|| pool::work(a), || pool::work(b));
}

fn group(pieces: &mut [Piece]) {
    rayon::scope(|s| {
        for p in pieces {
            s.spawn(move |_| pool::work(p));
        }
    });
}

pub fn calls(inside: bool) {
    start(inside, |a| pool::time(&Calls { fib, pair, group }, a));
}

pub fn sorts() {
    let s = sort::Sorts {
        sort: |v| v.par_sort_unstable(),
        stable: |v| v.par_sort(),
        strings: |v| v.par_sort_unstable(),
    };
    start(false, move |a| sort::time(&s, a));
}

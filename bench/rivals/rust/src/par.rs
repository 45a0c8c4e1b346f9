// SPDX-License-Identifier: MIT OR Apache-2.0
// par.rs: the twin of bench/par_work.h and par_main.h.
use crate::team::{fence, number, size, steps, sum, Args};
use crate::{die, now, run, Run};

/// What a program fills in. Its calls are through pointers, as in C.
pub struct Loops {
    pub map: fn(&mut [u64], &[u64]),
    pub sum: fn(&[u64]) -> u64,
    pub scan: fn(&mut [u64], &[u64]),
    pub spend: fn(&mut [u64], &[u64]),
    pub rows: fn(&mut [u64], &[u64]),
}

#[inline]
pub fn trivial(v: &u64) -> u64 {
    (v ^ 0x9e37_79b9_7f4a_7c15).wrapping_add(1)
}

#[inline]
pub fn spend(n: &u64) -> u64 {
    steps(*n, *n)
}

const SIDE: usize = 512;
const LIMIT: u32 = 256;

/// How many iterations the pixels of a row take until they leave the circle of radius 2.
pub fn row(row: &u64) -> u64 {
    let ci = -1.25 + 2.5 * *row as f64 / SIDE as f64;
    let mut sum = 0;
    for px in 0..SIDE {
        let cr = -2.0 + 2.5 * px as f64 / SIDE as f64;
        let (mut r, mut i, mut n) = (0.0f64, 0.0f64, 0);
        while n < LIMIT && r * r + i * i <= 4.0 {
            let next = r * r - i * i + cr;
            i = 2.0 * r * i + ci;
            r = next;
            n += 1;
        }
        sum += u64::from(n);
    }
    sum
}

const ITEMS: usize = 16384;
const MEAN: u64 = 450;

fn uneven(work: &str) -> Option<Vec<u64>> {
    let giant = ITEMS as u64 * MEAN;
    let mut items = vec![MEAN; ITEMS];
    match work {
        "giant-first" => items[0] = giant,
        "giant-last" => items[ITEMS - 1] = giant,
        "pareto" | "pareto-sorted" => {
            for (i, n) in items.iter_mut().enumerate() {
                *n = 4194304 / (16 + number(i as u64) % 65536);
            }
            if work == "pareto-sorted" {
                items.sort_unstable();
            }
        }
        _ => return None,
    }
    Some(items)
}

fn numbers(n: usize) -> Vec<u64> {
    (0..n as u64).map(number).collect()
}

fn time_map(map: fn(&mut [u64], &[u64]), input: &[u64], ops: u64) -> Run {
    let mut out = Vec::with_capacity(input.len());
    // As malloc: the first call is the first to write there.
    unsafe { out.set_len(input.len()) };
    map(&mut out, input);
    let start = now();
    for _ in 0..ops {
        map(&mut out, input);
        fence();
    }
    Run { ns: now() - start, checksum: sum(&out) }
}

fn time_sum(total: fn(&[u64]) -> u64, input: &[u64], ops: u64) -> Run {
    let checksum = total(input);
    let start = now();
    for _ in 0..ops {
        if total(input) != checksum {
            die("two sums of the same differ");
        }
        fence();
    }
    Run { ns: now() - start, checksum }
}

const CALLERS_N: u64 = 4096;

/// N threads that are not of the team, each with a small loop of its own.
pub fn callers(l: &Loops, ops: u64, callers: usize) -> Run {
    run(callers, |me| {
        let mine = (ops + (callers - 1 - me) as u64) / callers as u64;
        let input: Vec<u64> = (0..CALLERS_N).map(|i| number(me as u64 + i)).collect();
        let mut out = vec![0; CALLERS_N as usize];
        (l.map)(&mut out, &input);
        for _ in 0..mine {
            (l.map)(&mut out, &input);
            fence();
        }
        sum(&out)
    })
}

pub fn time(l: &Loops, a: &Args) -> Run {
    let work = a.work.as_str();
    if let Some(n) = size(work, "map") {
        time_map(l.map, &numbers(n), a.ops)
    } else if let Some(n) = size(work, "sum") {
        time_sum(l.sum, &numbers(n), a.ops)
    } else if let Some(n) = size(work, "scan") {
        time_map(l.scan, &numbers(n), a.ops)
    } else if work == "mandelbrot" {
        time_map(l.rows, &(0..SIDE as u64).collect::<Vec<_>>(), a.ops)
    } else if let Some(items) = uneven(work) {
        time_map(l.spend, &items, a.ops)
    } else {
        die("no such work: bench/par_work.h has the list")
    }
}

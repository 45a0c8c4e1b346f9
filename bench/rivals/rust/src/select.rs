// SPDX-License-Identifier: MIT OR Apache-2.0
// select.rs: the twin of bench/select_work.h and bench_select.c, of crossbeam's Select.
use crate::{args, die, report, run};
use crossbeam_channel::{bounded, Receiver, Select, Sender};

const CAPACITY: usize = 64;
const STRIDE: usize = 7919;

type Ends = Vec<(Sender<u64>, Receiver<u64>)>;

fn ends(n: usize) -> Ends {
    (0..n).map(|_| bounded(CAPACITY)).collect()
}

fn selector(ends: &Ends) -> Select<'_> {
    let mut s = Select::new();
    for (_, r) in ends {
        s.recv(r);
    }
    s
}

fn select_one(s: &mut Select, ends: &Ends, sum: &mut u64) -> usize {
    let won = s.select();
    let i = won.index();
    match won.recv(&ends[i].1) {
        Ok(v) => *sum = sum.wrapping_add(v),
        Err(_) => die("the channel is closed, and cannot be"),
    }
    i
}

fn send(ends: &Ends, i: usize, v: u64) {
    if ends[i].0.send(v).is_err() {
        die("the channel is closed, and cannot be");
    }
}

fn ready(ends: &Ends, ops: u64) -> u64 {
    let mut s = selector(ends);
    let (mut sum, mut next) = (0u64, 1u64);
    while next <= ends.len() as u64 && next <= ops {
        send(ends, next as usize - 1, next);
        next += 1;
    }
    for _ in 0..ops {
        let from = select_one(&mut s, ends, &mut sum);
        if next <= ops {
            send(ends, from, next);
            next += 1;
        }
    }
    sum
}

fn one_of(ends: &Ends, ops: u64) -> u64 {
    let mut s = selector(ends);
    let (mut sum, mut at) = (0u64, 0);
    for v in 1..=ops {
        at = (at + STRIDE) % ends.len();
        send(ends, at, v);
        select_one(&mut s, ends, &mut sum);
    }
    sum
}

/// Thread i is the producer of channel i; the last one selects.
fn from_producers(ends: &Ends, ops: u64, me: usize) -> u64 {
    let mut sum = 0u64;
    if me < ends.len() {
        let mut v = me as u64 + 1;
        while v <= ops {
            send(ends, me, v);
            v += ends.len() as u64;
        }
        return 0;
    }
    let mut s = selector(ends);
    for _ in 0..ops {
        select_one(&mut s, ends, &mut sum);
    }
    sum
}

pub fn main() {
    let (work, ops) = args();
    let number = |text: &str| match text.parse::<usize>() {
        Ok(n) if n > 0 => n,
        _ => die("no such work: N-ready, 1-of-N, or Np"),
    };
    let r = if let Some(n) = work.strip_prefix("1-of-") {
        let ends = ends(number(n));
        run(1, |_| one_of(&ends, ops))
    } else if let Some(n) = work.strip_suffix("-ready") {
        let ends = ends(number(n));
        run(1, |_| ready(&ends, ops))
    } else {
        let ends = ends(number(work.strip_suffix('p').unwrap_or("")));
        run(ends.len() + 1, |me| from_producers(&ends, ops, me))
    };
    report(r, ops);
}

// SPDX-License-Identifier: MIT OR Apache-2.0
// queue.rs: the twin of bench/queue_work.h and queue_main.h.
use crate::{args, die, report, run, Wait};

pub const CAPACITY: usize = 1024;

/// u64, or 64 bytes of which every word is written and read.
pub trait Item: Send {
    fn of(v: u64) -> Self;
    fn sum(&self) -> u64;
}

impl Item for u64 {
    #[inline]
    fn of(v: u64) -> u64 {
        v
    }
    #[inline]
    fn sum(&self) -> u64 {
        *self
    }
}

impl Item for [u64; 8] {
    #[inline]
    fn of(v: u64) -> [u64; 8] {
        [v; 8]
    }
    #[inline]
    fn sum(&self) -> u64 {
        self.iter().fold(0u64, |sum, w| sum.wrapping_add(*w))
    }
}

pub trait Queue<T>: Sync {
    fn open(capacity: usize) -> Self;
    /// False when it is full.
    fn push(&self, v: T) -> bool;
    fn pop(&self) -> Option<T>;
}

fn uncontended<T: Item, Q: Queue<T>>(q: &Q, ops: u64) -> u64 {
    let mut sum = 0u64;
    for v in 1..=ops {
        if !q.push(T::of(v)) {
            die("the queue is full, and cannot be");
        }
        match q.pop() {
            Some(out) => sum = sum.wrapping_add(out.sum()),
            None => die("the queue is empty, and cannot be"),
        }
    }
    sum
}

fn produce<T: Item, Q: Queue<T>>(q: &Q, ops: u64, me: usize, producers: usize) {
    let mut v = me as u64 + 1;
    while v <= ops {
        let mut wait = Wait::default();
        while !q.push(T::of(v)) {
            wait.wait();
        }
        v += producers as u64;
    }
}

fn consume<T: Item, Q: Queue<T>>(q: &Q, share: u64) -> u64 {
    let mut sum = 0u64;
    for _ in 0..share {
        let mut wait = Wait::default();
        loop {
            if let Some(out) = q.pop() {
                sum = sum.wrapping_add(out.sum());
                break;
            }
            wait.wait();
        }
    }
    sum
}

/// The N and M of NpMc.
fn sides(work: &str) -> Option<(usize, usize)> {
    let (p, c) = work.strip_suffix('c')?.split_once('p')?;
    let (p, c): (usize, usize) = (p.parse().ok()?, c.parse().ok()?);
    if p > 0 && c > 0 && 64 % c == 0 {
        Some((p, c))
    } else {
        None
    }
}

pub fn main<T: Item, Q: Queue<T>>() {
    let (work, ops) = args();
    let q = Q::open(CAPACITY);
    let r = if work == "uncontended" {
        run(1, |_| uncontended(&q, ops))
    } else if let Some((producers, consumers)) = sides(&work) {
        run(producers + consumers, |me| {
            if me < producers {
                produce(&q, ops, me, producers);
                0
            } else {
                consume(&q, ops / consumers as u64)
            }
        })
    } else {
        die("no such work: uncontended, or 2p2c and the like")
    };
    report(r, ops);
}

impl<T: Send> Queue<T> for crossbeam_queue::ArrayQueue<T> {
    fn open(capacity: usize) -> Self {
        Self::new(capacity)
    }
    #[inline]
    fn push(&self, v: T) -> bool {
        self.push(v).is_ok()
    }
    #[inline]
    fn pop(&self) -> Option<T> {
        self.pop()
    }
}

impl<T: Send> Queue<T> for crossbeam_queue::SegQueue<T> {
    fn open(_: usize) -> Self {
        Self::new()
    }
    #[inline]
    fn push(&self, v: T) -> bool {
        self.push(v);
        true
    }
    #[inline]
    fn pop(&self) -> Option<T> {
        self.pop()
    }
}

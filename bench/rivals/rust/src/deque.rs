// SPDX-License-Identifier: MIT OR Apache-2.0
// deque.rs: the twin of bench/deque_work.h and deque_main.h, over crossbeam's, the only one here.
use crate::{args, die, report, run, work_threads, Wait};
use crossbeam_deque::{Steal, Stealer, Worker};
use std::sync::Mutex;

const BURST: u64 = 64;
const BOUND: usize = 1024;
const DEPTH: u64 = 16;

fn owner(d: &Worker<u64>, ops: u64) -> u64 {
    let mut sum = 0u64;
    for next in (1..=ops).step_by(DEPTH as usize) {
        for i in 0..DEPTH {
            d.push(next + i);
        }
        while let Some(v) = d.pop() {
            sum = sum.wrapping_add(v);
        }
    }
    sum
}

fn feed(d: &Worker<u64>, ops: u64) {
    for next in (1..=ops).step_by(BURST as usize) {
        let mut wait = Wait::default();
        while d.len() > BOUND - BURST as usize {
            wait.wait();
        }
        for i in 0..BURST {
            d.push(next + i);
        }
    }
}

fn steal(s: &Stealer<u64>, share: u64) -> u64 {
    let mut sum = 0u64;
    for _ in 0..share {
        let mut wait = Wait::default();
        loop {
            if let Steal::Success(v) = s.steal() {
                sum = sum.wrapping_add(v);
                break;
            }
            wait.wait();
        }
    }
    sum
}

pub fn main() {
    let (work, ops) = args();
    let worker = Worker::new_lifo();
    let stealer = worker.stealer();
    // The owner's end may move between threads but not be shared: its thread takes it.
    let worker = Mutex::new(Some(worker));
    let take = || worker.lock().unwrap().take().unwrap();
    let r = if work == "owner" {
        run(1, |_| owner(&take(), ops))
    } else if let Some(thieves) = work_threads(&work, "steal") {
        run(1 + thieves, |me| {
            if me == 0 {
                feed(&take(), ops);
                0
            } else {
                steal(&stealer, ops / thieves as u64)
            }
        })
    } else {
        die("no such work: owner, or steal-N")
    };
    report(r, ops);
}

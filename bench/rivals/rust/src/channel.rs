// SPDX-License-Identifier: MIT OR Apache-2.0
// channel.rs: the twin of bench/channel_work.h and channel_main.h.
use crate::queue::Item;
use crate::{args, die, now, pin, report, run};

const IDLE_NS: u64 = 100_000;

pub trait Channel<T>: Sync {
    /// None: unbounded. Some(0): a rendezvous.
    fn open(capacity: Option<usize>) -> Self;
    fn send(&self, v: T);
    fn recv(&self) -> T;
}

fn uncontended<T: Item, C: Channel<T>>(c: &C, ops: u64) -> u64 {
    let mut sum = 0u64;
    for v in 1..=ops {
        c.send(T::of(v));
        sum = sum.wrapping_add(c.recv().sum());
    }
    sum
}

fn produce<T: Item, C: Channel<T>>(c: &C, ops: u64, me: usize, producers: usize) {
    let mut v = me as u64 + 1;
    while v <= ops {
        c.send(T::of(v));
        v += producers as u64;
    }
}

fn consume<T: Item, C: Channel<T>>(c: &C, share: u64) -> u64 {
    let mut sum = 0u64;
    for _ in 0..share {
        sum = sum.wrapping_add(c.recv().sum());
    }
    sum
}

fn ping_pong<T: Item, C: Channel<T>>(there: &C, back: &C, ops: u64, me: usize) -> u64 {
    let mut sum = 0u64;
    for v in 1..=ops {
        if me == 0 {
            there.send(T::of(v));
            sum = sum.wrapping_add(back.recv().sum());
        } else {
            back.send(there.recv());
        }
    }
    sum
}

fn idle<T: Item, C: Channel<T>>(c: &C, ops: u64, me: usize) -> u64 {
    // The kernel adds up to 50 us to a sleep, so that it can wake several at once.
    unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, 1u64, 0u64, 0u64, 0u64) };
    if me != 0 {
        return consume(c, ops);
    }
    for v in 1..=ops {
        // From now on: who was late does not catch up, or values come in bursts.
        let next = now() + IDLE_NS;
        let t = libc::timespec {
            tv_sec: (next / 1_000_000_000) as libc::time_t,
            tv_nsec: (next % 1_000_000_000) as libc::c_long,
        };
        let how = libc::TIMER_ABSTIME;
        let none = std::ptr::null_mut();
        unsafe {
            while libc::clock_nanosleep(libc::CLOCK_MONOTONIC, how, &t, none) == libc::EINTR {}
        }
        c.send(T::of(v));
    }
    0
}

/// CPU time of the whole process.
fn cpu_ns() -> u64 {
    let mut u: libc::rusage = unsafe { std::mem::zeroed() };
    if unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut u) } != 0 {
        die("getrusage failed");
    }
    (u.ru_utime.tv_sec + u.ru_stime.tv_sec) as u64 * 1_000_000_000
        + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) as u64 * 1_000
}

enum Work {
    Stream(usize, usize),
    PingPong,
    Uncontended,
    Idle,
}

struct Job {
    work: Work,
    capacity: Option<usize>,
    one_cpu: bool,
}

/// The N and M of NpMc.
fn sides(text: &str) -> Option<(usize, usize)> {
    let (p, c) = text.strip_suffix('c')?.split_once('p')?;
    let (p, c): (usize, usize) = (p.parse().ok()?, c.parse().ok()?);
    if p > 0 && c > 0 && 64 % c == 0 {
        Some((p, c))
    } else {
        None
    }
}

fn read_capacity(text: &str) -> Option<Option<usize>> {
    if text == "unbounded" {
        Some(None)
    } else {
        text.parse().ok().map(Some)
    }
}

fn read_work(text: &str) -> Option<Job> {
    match text {
        "uncontended" => {
            return Some(Job { work: Work::Uncontended, capacity: Some(64), one_cpu: false })
        }
        "idle" => return Some(Job { work: Work::Idle, capacity: Some(64), one_cpu: false }),
        _ => (),
    }
    let (text, one_cpu) = match text.strip_suffix("-1cpu") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    if let Some(capacity) = text.strip_prefix("ping-pong-") {
        return Some(Job { work: Work::PingPong, capacity: read_capacity(capacity)?, one_cpu });
    }
    let (stream, capacity) = text.split_once('-')?;
    let (p, c) = sides(stream)?;
    Some(Job { work: Work::Stream(p, c), capacity: read_capacity(capacity)?, one_cpu })
}

pub fn main<T: Item, C: Channel<T>>() {
    let (text, ops) = args();
    let job = read_work(&text)
        .unwrap_or_else(|| die("no such work: bench/channel_work.h has the list"));
    if job.one_cpu {
        pin(0); // threads inherit it
    }
    let there = C::open(job.capacity);
    let back = C::open(job.capacity);
    let r = match job.work {
        Work::Uncontended => run(1, |_| uncontended(&there, ops)),
        Work::PingPong => run(2, |me| ping_pong(&there, &back, ops, me)),
        Work::Idle => {
            let before = cpu_ns();
            let mut r = run(2, |me| idle(&there, ops, me));
            r.ns = cpu_ns() - before;
            r
        }
        Work::Stream(producers, consumers) => run(producers + consumers, |me| {
            if me < producers {
                produce(&there, ops, me, producers);
                0
            } else {
                consume(&there, ops / consumers as u64)
            }
        }),
    };
    report(r, ops);
}

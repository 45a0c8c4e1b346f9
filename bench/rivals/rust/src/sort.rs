// SPDX-License-Identifier: MIT OR Apache-2.0
// sort.rs: the twin of bench/sort_work.h and sort_main.h; strings are slices, without the 0.
use crate::team::{number, size, steps, sum, Args};
use crate::{die, now, Run};

pub struct Sorts {
    pub sort: fn(&mut [u64]),
    pub stable: fn(&mut [u64]),
    pub strings: fn(&mut [&[u8]]),
}

const KINDS: [&str; 3] = ["random", "nearly", "few"];
const STABLE: [&str; 3] = ["stable", "stable-nearly", "stable-few"];
const FIRST: usize = 100_000;

fn fill(n: usize, kind: &str) -> Vec<u64> {
    let mut v: Vec<u64> =
        (0..n as u64).map(|i| if kind == "nearly" { i } else { number(i) }).collect();
    if kind == "few" {
        v.iter_mut().for_each(|x| *x %= 100);
    }
    if kind == "nearly" {
        for i in 0..n as u64 / 100 {
            v.swap((number(2 * i) % n as u64) as usize, (number(2 * i + 1) % n as u64) as usize);
        }
    }
    v
}

/// All strings one after the other, and where each ends.
fn letters(n: usize) -> (Vec<u8>, Vec<usize>) {
    let (mut letters, mut ends) = (Vec::with_capacity(n * 25), Vec::with_capacity(n));
    for i in 0..n as u64 {
        let mut x = number(i);
        for _ in 0..8 + x % 17 {
            x = steps(x, 1);
            letters.push(b'a' + ((x >> 33) % 26) as u8);
        }
        ends.push(letters.len());
        letters.push(0);
    }
    (letters, ends)
}

fn time_sort<T: Copy>(from: &[T], ops: u64, sort: fn(&mut [T])) -> (u64, Vec<T>) {
    let mut v = from.to_vec();
    let mut ns = 0;
    sort(&mut v[..FIRST.min(from.len())]);
    for _ in 0..ops {
        v.copy_from_slice(from);
        let start = now();
        sort(&mut v);
        ns += now() - start;
    }
    (ns, v)
}

fn time_strings(n: usize, ops: u64, sort: fn(&mut [&'static [u8]])) -> Run {
    let (letters, ends) = letters(n);
    let letters: &'static [u8] = Box::leak(letters.into_boxed_slice());
    let mut begin = 0;
    let from: Vec<&[u8]> = ends
        .iter()
        .map(|&end| {
            let s = &letters[begin..end];
            begin = end + 1;
            s
        })
        .collect();
    let (ns, v) = time_sort(&from, ops, sort);
    let hashes: Vec<u64> = v
        .iter()
        .map(|s| s.iter().fold(0u64, |h, &c| h.wrapping_mul(31).wrapping_add(u64::from(c))))
        .collect();
    Run { ns, checksum: sum(&hashes) }
}

pub fn time(s: &Sorts, a: &Args) -> Run {
    if let Some(n) = size(&a.work, "strings") {
        return time_strings(n, a.ops, s.strings);
    }
    for (kind, stable) in KINDS.iter().zip(STABLE) {
        for (word, sort) in [(kind, s.sort), (&stable, s.stable)] {
            if let Some(n) = size(&a.work, word) {
                let (ns, v) = time_sort(&fill(n, kind), a.ops, sort);
                return Run { ns, checksum: sum(&v) };
            }
        }
    }
    die("no such work: bench/sort_work.h has the list")
}

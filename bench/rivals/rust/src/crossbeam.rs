// SPDX-License-Identifier: MIT OR Apache-2.0
// crossbeam.rs: both ends of a channel of crossbeam-channel.
use crate::channel::Channel;
use crate::die;
use crossbeam_channel::{bounded, unbounded, Receiver, Sender};

pub struct Ends<T>(Sender<T>, Receiver<T>);

impl<T: Send> Channel<T> for Ends<T> {
    fn open(capacity: Option<usize>) -> Self {
        let (s, r) = capacity.map_or_else(unbounded, bounded);
        Ends(s, r)
    }
    #[inline]
    fn send(&self, v: T) {
        if self.0.send(v).is_err() {
            die("the channel is closed, and cannot be");
        }
    }
    #[inline]
    fn recv(&self) -> T {
        self.1.recv().unwrap_or_else(|_| die("the channel is closed, and cannot be"))
    }
}

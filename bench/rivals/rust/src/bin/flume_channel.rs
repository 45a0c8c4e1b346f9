// SPDX-License-Identifier: MIT OR Apache-2.0
// flume_channel.rs: flume's channel of u64.
use rivals::channel::Channel;
use rivals::die;

struct Ends(flume::Sender<u64>, flume::Receiver<u64>);

impl Channel<u64> for Ends {
    fn open(capacity: Option<usize>) -> Self {
        let (s, r) = capacity.map_or_else(flume::unbounded, flume::bounded);
        Ends(s, r)
    }
    #[inline]
    fn send(&self, v: u64) {
        if self.0.send(v).is_err() {
            die("the channel is closed, and cannot be");
        }
    }
    #[inline]
    fn recv(&self) -> u64 {
        self.1.recv().unwrap_or_else(|_| die("the channel is closed, and cannot be"))
    }
}

fn main() {
    rivals::channel::main::<u64, Ends>()
}

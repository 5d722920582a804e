//! Whose connections stand: each client has so many, and where all places are taken, whoever holds most gives one up.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// All that stand, by client, the oldest first.
#[derive(Debug, Default)]
struct Open {
    by_client: HashMap<Holder, BTreeMap<u64, Arc<Notify>>>,
    all: usize,
    next: u64,
}

/// Who holds a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    Client(IpAddr),
    /// for everybody behind it, so its connections are not counted against it
    Proxy(IpAddr),
}

#[derive(Debug)]
pub struct Connections {
    open: Mutex<Open>,
    most: usize,
    of_one_client: usize,
}

/// One connection's place; gives it back when it goes.
#[derive(Debug)]
pub struct Place {
    connections: Arc<Connections>,
    holder: Holder,
    number: u64,
    /// rings when it has to make room for another
    pub ends: Arc<Notify>,
}

impl Connections {
    pub fn new(most: usize, of_one_client: usize) -> Arc<Connections> {
        Arc::new(Connections { open: Mutex::default(), most, of_one_client })
    }

    /// A place for one more of this client's; where all are taken, the client that holds most loses its oldest, unless that
    /// is this one.
    pub fn take(self: &Arc<Self>, holder: Holder) -> Option<Place> {
        let mut open = self.lock();
        let own = open.by_client.get(&holder).map_or(0, BTreeMap::len);
        if matches!(holder, Holder::Client(_)) && own >= self.of_one_client {
            return None;
        }
        if open.all >= self.most && !open.make_room(own) {
            return None;
        }
        let number = open.next;
        open.next += 1;
        open.all += 1;
        let ends = Arc::new(Notify::new());
        open.by_client.entry(holder).or_default().insert(number, Arc::clone(&ends));
        Some(Place { connections: Arc::clone(self), holder, number, ends })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Ends a connection of whoever holds most, if that is more than the newcomer would have.
    fn make_room(&mut self, own: usize) -> bool {
        let clients = self.by_client.iter_mut().filter(|(holder, _)| matches!(holder, Holder::Client(_)));
        let Some((_, most)) = clients.max_by_key(|(_, held)| held.len()) else { return false };
        if most.len() <= own + 1 {
            return false;
        }
        let Some((_, ends)) = most.pop_first() else { return false };
        self.all -= 1;
        ends.notify_one();
        true
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.connections.lock();
        let Some(held) = open.by_client.get_mut(&self.holder) else { return };
        let was_there = held.remove(&self.number).is_some();
        if held.is_empty() {
            open.by_client.remove(&self.holder);
        }
        if was_there {
            open.all -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(n: u8) -> Holder {
        Holder::Client(IpAddr::from([192, 0, 2, n]))
    }

    #[test]
    fn whoever_holds_most_makes_room() {
        let connections = Connections::new(6, 4);
        let wicked: Vec<Place> = (0..4).filter_map(|_| connections.take(client(1))).collect();
        assert!(connections.take(client(1)).is_none(), "a fifth of one client");
        let second = [connections.take(client(2)).unwrap(), connections.take(client(2)).unwrap()];
        let third = connections.take(client(3)).unwrap();
        assert_eq!(connections.lock().by_client[&client(1)].len(), 3, "the oldest of whoever has most");
        drop(wicked);
        assert_eq!(connections.lock().all, 3, "each is given back once");
        drop((second, third));
        assert!(connections.lock().by_client.is_empty() && connections.lock().all == 0);
    }

    #[test]
    fn a_proxy_holds_as_many_as_there_are() {
        let connections = Connections::new(5, 1);
        let proxy = Holder::Proxy(IpAddr::from([10, 0, 0, 2]));
        let held: Vec<Place> = (0..6).filter_map(|_| connections.take(proxy)).collect();
        assert_eq!(held.len(), 5);
        assert!(connections.take(client(1)).is_none(), "a proxy makes no room");
    }
}

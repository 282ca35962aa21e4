//! The keys that requests bring: those that wait at the same time are looked up together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::rt::task::spawn_blocking;
use tokio::sync::oneshot;

use super::host::{Host, HostError, Satellite};

/// Keys that are looked up at once, at most: statements are no longer than for so many.
const AT_ONCE: usize = 128;

/// Whose key it is, if it is somebody's.
type Holder = Result<Option<Satellite>, HostError>;

/// A request that waits.
struct Asked {
    key: String,
    answer: oneshot::Sender<Holder>,
}

/// Requests that wait to be told whose their key is.
///
/// As the writer commits what has gathered, one thread looks up what has gathered: the more requests there are, the more
/// of them share the look-up, and the change of threads, which takes longer than the look-up.
pub(super) struct Keys<H> {
    host: Arc<H>,
    /// None while nobody looks any up.
    waiting: Mutex<Option<Vec<Asked>>>,
}

impl<H: Host> Keys<H> {
    pub(super) fn new(host: Arc<H>) -> Self {
        let waiting = Mutex::default();
        Self { host, waiting }
    }

    /// Whose key this is.
    pub(super) async fn holder(self: &Arc<Self>, key: String) -> Holder {
        let (answer, holder) = oneshot::channel();
        if let Some(turn) = self.add(Asked { key, answer }) {
            // It is not waited for: it goes on with the keys of others.
            spawn_blocking(move || turn.look_up_all());
        }
        let given_up = |_| HostError::new("whose key it is was not found out");
        holder.await.map_err(given_up)?
    }

    /// Adds a request. Answers the turn to look it up, if nobody has one.
    fn add(self: &Arc<Self>, asked: Asked) -> Option<Turn<H>> {
        let mut waiting = self.lock();
        let is_first = waiting.is_none();
        waiting.get_or_insert_default().push(asked);
        is_first.then(|| Turn {
            keys: Arc::clone(self),
            asked: Vec::new(),
            is_over: false,
        })
    }
}

impl<H> Keys<H> {
    /// Nothing in here is left half done by a panic.
    fn lock(&self) -> MutexGuard<'_, Option<Vec<Asked>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn of the one who looks up.
struct Turn<H> {
    keys: Arc<Keys<H>>,
    asked: Vec<Asked>,
    is_over: bool,
}

impl<H: Host> Turn<H> {
    /// Looks up what waits, and then what has come in meanwhile.
    fn look_up_all(mut self) {
        while self.take() {
            let holders = self.look_up();
            for Asked { key, answer } in self.asked.drain(..) {
                let holder = holders.as_ref().map(|holders| holders.get(&key).cloned());
                // Who has hung up needs no answer.
                drop(answer.send(holder.map_err(HostError::clone)));
            }
        }
    }

    /// Takes some of what waits. If nothing does, the turn is over.
    fn take(&mut self) -> bool {
        let mut waiting = self.keys.lock();
        let next = waiting.iter_mut().flat_map(|all| {
            let next = all.len().min(AT_ONCE);
            all.drain(..next)
        });
        self.asked.extend(next);
        if self.asked.is_empty() {
            *waiting = None;
            self.is_over = true;
        }
        !self.is_over
    }

    fn look_up(&self) -> Result<HashMap<String, Satellite>, HostError> {
        let mut keys: Vec<_> = self.asked.iter().map(|asked| asked.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        self.keys.host.satellites(&keys)
    }
}

impl<H> Drop for Turn<H> {
    /// Whatever cuts it short, a panic of the host's for instance, others may have a turn then; only after that those who
    /// wait are told, by the end of their channels.
    fn drop(&mut self) {
        if !self.is_over {
            let waiting = self.keys.lock().take();
            self.asked.extend(waiting.into_iter().flatten());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use actix_web::rt::{self, System};

    use super::*;
    use crate::web::Caller;

    /// Knows every key that begins with `key-`, and looks keys up when it is told to.
    struct Slow {
        looked_up: Sender<Vec<String>>,
        told: Mutex<Receiver<()>>,
    }

    impl Host for Slow {
        type Credentials = ();

        fn credentials(&self, _: &actix_web::HttpRequest) -> Option<()> {
            None
        }

        fn caller(&self, (): &()) -> Result<Option<Caller>, HostError> {
            Ok(None)
        }

        fn satellites(&self, keys: &[&str]) -> Result<HashMap<String, Satellite>, HostError> {
            let told = self.told.lock().unwrap().recv();
            told.expect("there is somebody to tell");
            let keys: Vec<_> = keys.iter().map(ToString::to_string).collect();
            self.looked_up.send(keys.clone()).unwrap();
            match keys[0].as_str() {
                "outage" => Err(HostError::new("the database is away")),
                "panic" => panic!("the host has a fault"),
                _ => Ok(keys.into_iter().filter_map(known).collect()),
            }
        }
    }

    fn known(key: String) -> Option<(String, Satellite)> {
        let id = key.strip_prefix("key-")?.to_owned();
        Some((key, Satellite { id, team_id: None }))
    }

    /// Those who wait, what tells to look up, and what was looked up.
    fn slow() -> (Arc<Keys<Slow>>, Sender<()>, Receiver<Vec<String>>) {
        let (looked_up, look_ups) = channel();
        let (tell, told) = channel();
        let told = Mutex::new(told);
        let keys = Keys::new(Arc::new(Slow { looked_up, told }));
        (Arc::new(keys), tell, look_ups)
    }

    /// What is answered to those who ask one after the other, none of whom waits for the answer to another, and what
    /// was looked up at once. Nobody is told anything before all have asked.
    fn ask(asked: &[&str]) -> (Vec<Holder>, Vec<Vec<String>>) {
        let (keys, tell, look_ups) = slow();
        let answers = System::new().block_on(async {
            let ask = |key: &&str| {
                let (keys, key) = (Arc::clone(&keys), key.to_string());
                rt::spawn(async move { keys.holder(key).await })
            };
            let asking: Vec<_> = asked.iter().map(ask).collect();
            let at_most = asked.len();
            rt::spawn(async move { (0..at_most).for_each(|_| tell.send(()).unwrap()) });
            let mut answers = Vec::new();
            for answer in asking {
                answers.push(answer.await.unwrap());
            }
            answers
        });
        drop(keys);
        (answers, look_ups.iter().collect())
    }

    fn id(holder: &Holder) -> Option<&str> {
        let satellite = holder.as_ref().expect("it was found out").as_ref();
        satellite.map(|satellite| satellite.id.as_str())
    }

    #[test]
    fn each_is_told_whose_their_own_key_is_and_keys_that_wait_are_looked_up_at_once() {
        let asked = ["key-a", "key-b", "none", "key-b", "key-c", "none", "key-a"];
        let (answers, look_ups) = ask(&asked);
        let ids: Vec<_> = answers.iter().map(id).collect();
        let expected = [
            Some("a"),
            Some("b"),
            None,
            Some("b"),
            Some("c"),
            None,
            Some("a"),
        ];
        assert_eq!(ids, expected);
        assert!(look_ups.len() <= 2, "{look_ups:?}");
        for keys in &look_ups {
            assert!(keys.is_sorted_by(|one, next| one < next), "{keys:?}");
        }
    }

    #[test]
    fn there_are_never_more_than_a_statement_takes() {
        let keys: Vec<_> = (0..300).map(|key| format!("key-{key}")).collect();
        let asked: Vec<_> = keys.iter().map(String::as_str).collect();
        let (answers, look_ups) = ask(&asked);
        assert!(answers.iter().zip(&asked).all(|(answer, key)| {
            let expected = key.strip_prefix("key-");
            id(answer) == expected
        }));
        assert!(look_ups.iter().all(|keys| keys.len() <= AT_ONCE));
        assert_eq!(look_ups.concat().len(), asked.len());
    }

    #[test]
    fn an_outage_is_told_to_all_who_asked_in_it() {
        let (answers, _) = ask(&["outage", "outage"]);
        for answer in answers {
            assert_eq!(answer.unwrap_err().to_string(), "the database is away");
        }
    }

    #[test]
    fn after_a_panic_who_waits_is_told_and_others_are_answered() {
        let (keys, tell, _look_ups) = slow();
        tell.send(()).unwrap();
        tell.send(()).unwrap();
        System::new().block_on(async {
            let unlucky = keys.holder("panic".to_owned()).await;
            assert!(unlucky.is_err());
            let lucky = keys.holder("key-a".to_owned()).await;
            assert_eq!(id(&lucky), Some("a"));
        });
    }
}

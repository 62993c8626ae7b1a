//! What a node does by itself: its first start, founding a village, its settings.

use crate::control::{How, Plug};
use crate::walk::{dead_or_calm, Ended, Step};
use crate::PATIENCE;
use commons_credit_tests::net::client::Member;
use commons_credit_tests::net::machine::Machine;
use commons_credit_tests::net::program::Program;
use commons_credit_tests::net::wait_for;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A node that is begun again and again, by itself.
pub struct Home {
    machine: Arc<Machine>,
    _hub: Program,
    url: String,
    plug: Plug,
    folder: PathBuf,
    /// The folder as it was after the first start.
    installed: PathBuf,
    /// How often the plug was pulled.
    pub kills: u32,
}

impl Home {
    pub fn of(place: &Path) -> Self {
        let machine = Arc::new(Machine::here());
        let (hub, url) = Program::hub(&machine);
        let folder = place.join("home");
        let home = Self {
            machine,
            _hub: hub,
            url,
            plug: Plug::of(&folder),
            folder,
            installed: place.join("installed"),
            kills: 0,
        };
        let node = home.start();
        node.wait_for("ready");
        node.stop();
        copy(&home.folder, &home.installed);
        home
    }

    fn start(&self) -> Program {
        let environment = self.plug.environment();
        let environment: Vec<_> = environment
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        let data = self.plug.data();
        Program::starting(&self.machine, &data, &[&self.url], &environment)
    }

    fn member(&self, program: &Program) -> Member {
        Member::at(&self.machine, &program.wait_for("ready"))
    }

    /// Nothing is there.
    fn begin_anew(&self) {
        fs::remove_dir_all(&self.folder).expect("away");
        fs::create_dir(&self.folder).expect("a folder");
    }

    /// The app is installed, and no more.
    fn begin_installed(&self) {
        self.begin_anew();
        copy(&self.installed, &self.folder);
    }
}

/// A folder's files with their places.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("its kind").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// From nothing to an open page.
pub struct FirstStart<'a>(pub &'a mut Home);

impl Step for FirstStart<'_> {
    fn name(&self) -> &'static str {
        "the first start"
    }

    fn plug(&self) -> &Plug {
        &self.0.plug
    }

    fn once(&mut self, at: u64, how: How) -> Ended {
        self.0.begin_anew();
        self.0.plug.arm(at, how);
        let mut program = self.0.start();
        let ready = program.may_come_to("ready");
        let is_dead = dead_or_calm(&self.0.plug, || program.has_ended());
        self.0.plug.disarm();
        assert!(is_dead || ready.is_some(), "it lives and is not open");
        if !is_dead {
            return Ended::Alive;
        }
        self.0.kills += 1;
        drop(program);
        let program = self.0.start();
        let open = program.wait_for("ready");
        if let Some(ready) = &ready {
            assert_eq!(ready["agent"], open["agent"], "the member has lost the key");
        }
        // Whatever was installed works.
        Member::at(&self.0.machine, &open).draft();
        Ended::Dead {
            acknowledged: ready.is_some(),
        }
    }
}

/// From an installed app to an open book in a village of one's own.
pub struct Founding<'a>(pub &'a mut Home);

impl Step for Founding<'_> {
    fn name(&self) -> &'static str {
        "founding"
    }

    fn plug(&self) -> &Plug {
        &self.0.plug
    }

    fn once(&mut self, at: u64, how: How) -> Ended {
        self.0.begin_installed();
        let mut program = self.0.start();
        let mut member = self.0.member(&program);
        let key = member.key.clone();
        self.0.plug.arm(at, how);
        // A village that was just begun joins its network a moment later.
        let (founded, _) = wait_for(PATIENCE, "a village or a dead node", || {
            match member.try_found("Ann") {
                Ok(standing) => Some(Ok(standing)),
                Err(refusal) => program.has_ended().then_some(Err(refusal)),
            }
        });
        let is_dead = dead_or_calm(&self.0.plug, || program.has_ended());
        self.0.plug.disarm();
        if !is_dead {
            assert_eq!(member.book(), (1, 0, 0));
            return Ended::Alive;
        }
        self.0.kills += 1;
        drop(program);
        let program = self.0.start();
        let mut again = self.0.member(&program);
        assert_eq!(again.key, key);
        if let Some(village) = member.village() {
            assert_eq!(again.village(), Some(village), "a founded village is gone");
        }
        if founded.is_ok() {
            assert_eq!(again.book(), (1, 0, 0), "an open book is gone");
        }
        let (standing, _) = wait_for(PATIENCE, "what was begun", || again.try_found("Ann").ok());
        assert_eq!(Some(standing.village), again.village());
        assert_eq!(again.book(), (1, 0, 0));
        wait_for(PATIENCE, "a sound audit of one page", || {
            (again.audit() == (1, 0, "sound".to_owned())).then_some(())
        });
        Ended::Dead {
            acknowledged: founded.is_ok(),
        }
    }
}

/// A hub more in the settings.
pub struct Settings<'a>(pub &'a mut Home);

impl Step for Settings<'_> {
    fn name(&self) -> &'static str {
        "a change of settings"
    }

    fn plug(&self) -> &Plug {
        &self.0.plug
    }

    fn once(&mut self, at: u64, how: How) -> Ended {
        self.0.begin_installed();
        let mut program = self.0.start();
        let member = self.0.member(&program);
        let [first, second] = ["http://127.0.0.1:9", "http://127.0.0.1:19"];
        member.try_add_hub(first).expect("a first hub");
        self.0.plug.arm(at, how);
        let added = member.try_add_hub(second);
        let is_dead = dead_or_calm(&self.0.plug, || program.has_ended());
        self.0.plug.disarm();
        if let Err(refusal) = &added {
            assert!(is_dead, "a living node refused: {refusal}");
        }
        if !is_dead {
            return Ended::Alive;
        }
        self.0.kills += 1;
        drop(program);
        let hubs = || {
            let settings = fs::read(self.0.plug.data().join("config.json")).expect("settings");
            let settings: serde_json::Value = serde_json::from_slice(&settings).expect("whole");
            settings["hubs"].clone()
        };
        let both = serde_json::json!([first, second]);
        let now = hubs();
        assert!(
            now == both || (added.is_err() && now == serde_json::json!([first])),
            "acknowledged: {}, {now}",
            added.is_ok()
        );
        let program = self.0.start();
        let member = self.0.member(&program);
        member.try_add_hub(second).expect("added or there");
        assert_eq!(hubs(), both);
        Ended::Dead {
            acknowledged: added.is_ok(),
        }
    }
}

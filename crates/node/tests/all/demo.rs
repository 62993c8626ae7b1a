//! The demo: three living members, and the same three after a restart.

use commons_credit_api::{ListInput, Members, Standing};
use commons_credit_node::demo::{Demo, DemoOptions, MEMBERS, VILLAGE};
use commons_credit_node::report::Report;

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_is_a_village_of_three_and_stays_one() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let options = DemoOptions {
        data: place.path().into(),
        port: 0,
        happ: None,
        ui: None,
        report: Report::silent(),
    };
    let mut seen = Vec::new();
    for _ in 0..2 {
        let demo = Demo::start(options.clone()).await.expect("a demo");
        assert_eq!(demo.ready().village_name, VILLAGE);
        let mut agents: Vec<String> = Vec::new();
        for (node, (folder, name)) in demo.nodes().iter().zip(MEMBERS) {
            assert!(node.ready().data.ends_with(folder));
            let villages = node.villages().await.expect("villages");
            let [(cell, _)] = villages.as_slice() else {
                panic!("{name} is in {} villages", villages.len());
            };
            assert_eq!(cell.dna_hash().to_string(), demo.ready().village);
            let standing: Standing = node.call(cell, "standing", ()).await.expect("standing");
            assert_eq!(standing.charter.levies.state_bp.0, 750);
            assert_eq!(standing.charter.levies.community_bp.0, 250);
            assert_eq!(standing.charter.floor_s.0, -40 * 3_600);
            assert_eq!(standing.book.expect("a book").name, name);
            let input = ListInput {
                cursor: None,
                limit: 10,
            };
            let members: Members = node.call(cell, "members", input).await.expect("members");
            let mut names: Vec<_> = members.members.iter().map(|m| m.name.as_str()).collect();
            names.sort_unstable();
            assert_eq!(names, ["Ann", "Bob", "Cleo"]);
            agents.push(node.ready().agent.clone());
        }
        seen.push((demo.ready().village.clone(), agents));
        demo.stop().await;
    }
    assert_eq!(seen[0], seen[1]);
}

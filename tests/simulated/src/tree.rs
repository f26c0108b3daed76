//! Random policies of a gateway, its servers and their tools. The build script writes them as a manifest, and
//! the reference interpreter reads them as they are.

use crate::random::Random;

/// How many servers there are.
const SERVERS: usize = 8;

/// How many tools each has.
pub const TOOLS: usize = 20;

/// A gateway.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// Its policies.
    pub policies: Vec<Policy>,
    /// Its servers.
    pub servers: Vec<Server>,
}

/// A server: all tools of the API.
#[derive(Clone, Debug)]
pub struct Server {
    /// Whether it asks for keys.
    pub keyed: bool,
    /// The scopes of every request.
    pub scopes: Vec<&'static str>,
    /// What must hold.
    pub require: Option<Condition>,
    /// Its policies.
    pub policies: Vec<Policy>,
    /// Its tools.
    pub tools: Vec<Tool>,
}

/// A tool: `op0`, `op1` and so on.
#[derive(Clone, Debug)]
pub struct Tool {
    /// The further scopes of its calls.
    pub scopes: Vec<&'static str>,
    /// What must hold.
    pub require: Option<Condition>,
    /// Its policies.
    pub policies: Vec<Policy>,
}

/// A policy.
#[derive(Clone, Debug)]
pub enum Policy {
    /// `ip_filter`
    Address {
        /// Whether the network is let in, or all but it.
        allow: bool,
        /// The network.
        network: &'static str,
    },
    /// `check_header`
    Header {
        /// The header.
        name: &'static str,
        /// What it may be; any where empty.
        values: Vec<&'static str>,
    },
    /// `rate_limit_by_key`
    Rate {
        /// So many calls.
        calls: u32,
        /// In so many seconds.
        seconds: u64,
        /// By the token bucket.
        bucket: bool,
        /// What calls are told apart by.
        key: Key,
        /// Where it applies.
        when: Option<Condition>,
    },
    /// `limit_concurrency`: calls of this test never run at once.
    Concurrency(u32),
}

/// What calls are told apart by.
#[derive(Clone, Debug)]
pub enum Key {
    /// A header.
    Header(&'static str),
    /// The address.
    Address,
    /// The consumer.
    Consumer,
    /// The tool.
    Tool,
    /// The argument `n`.
    Number,
    /// The argument `s`.
    Text,
}

/// An expression that is true or false, or has no value.
#[derive(Clone, Debug)]
pub enum Condition {
    /// A header is there.
    HasHeader(&'static str),
    /// A header has a value.
    HeaderIs(&'static str, &'static str),
    /// The address is in a network.
    From(&'static str),
    /// The caller has a scope.
    HasScope(&'static str),
    /// The caller is a consumer.
    ConsumerIs(&'static str),
    /// The tool has a number.
    ToolIs(usize),
    /// The argument `n` is there.
    HasNumber,
    /// The argument `n` is below a number.
    NumberBelow(i64),
    /// The argument `s` is a text.
    TextIs(&'static str),
    /// It is not so.
    Not(Box<Condition>),
    /// Both are so.
    And(Box<Condition>, Box<Condition>),
    /// One is so.
    Or(Box<Condition>, Box<Condition>),
}

/// Where a condition or a key stands.
#[derive(Clone, Copy, PartialEq)]
enum Scope {
    Gateway,
    Server { keyed: bool },
    Tool { keyed: bool },
}

/// The gateway of a seed.
pub fn gateway(seed: u64) -> Gateway {
    let mut random = Random::new(seed);
    let random = &mut random;
    let servers = (0..SERVERS)
        .map(|position| {
            let keyed = position % 2 == 0;
            let scope = Scope::Server { keyed };
            let mut policies = policies(random, scope, 3);
            if position % 4 == 1 {
                policies.push(Policy::Header {
                    name: "x-b",
                    values: random.pick(&[vec![], vec!["1"], vec!["1", "2"]]),
                });
            }
            if position % 4 == 3 {
                policies.push(Policy::Address {
                    allow: false,
                    network: "192.0.2.0/24",
                });
            }
            Server {
                keyed,
                scopes: if keyed && random.once_in(2) {
                    vec!["read"]
                } else {
                    Vec::new()
                },
                // Mostly true, or the tools of the server would never be called.
                require: random.once_in(2).then(|| {
                    let likely = Box::new(Condition::HasHeader("x-b"));
                    Condition::Or(likely, Box::new(condition(random, scope)))
                }),
                policies,
                tools: (0..TOOLS).map(|_| tool(random, keyed)).collect(),
            }
        })
        .collect();
    let mut policies = policies(random, Scope::Gateway, 2);
    policies.push(Policy::Address {
        allow: false,
        network: "198.51.100.0/24",
    });
    Gateway { policies, servers }
}

fn tool(random: &mut Random, keyed: bool) -> Tool {
    let scope = Scope::Tool { keyed };
    Tool {
        scopes: if keyed && random.once_in(4) {
            vec!["write"]
        } else {
            Vec::new()
        },
        require: random.once_in(2).then(|| condition(random, scope)),
        policies: policies(random, scope, 3),
    }
}

fn policies(random: &mut Random, scope: Scope, most: usize) -> Vec<Policy> {
    (0..random.below(most))
        .map(|_| {
            if random.once_in(6) {
                return Policy::Concurrency(1 + u32::from(random.once_in(2)));
            }
            // The wider the scope the wider the limit, so that those of tools are reached too.
            let (calls, seconds) = match scope {
                Scope::Gateway => (random.pick(&[25, 40]), random.pick(&[6, 30])),
                Scope::Server { .. } => (random.pick(&[4, 5, 6]), random.pick(&[6, 12, 30])),
                Scope::Tool { .. } => (random.pick(&[1, 2, 3]), random.pick(&[30, 60, 600])),
            };
            Policy::Rate {
                calls,
                seconds,
                bucket: random.once_in(2),
                key: key(random, scope),
                when: random.once_in(2).then(|| condition(random, scope)),
            }
        })
        .collect()
}

fn key(random: &mut Random, scope: Scope) -> Key {
    let mut keys = vec![Key::Header("x-a"), Key::Address];
    match scope {
        Scope::Gateway => keys.push(Key::Tool),
        Scope::Server { keyed } => {
            keys.push(Key::Tool);
            keys.extend(keyed.then_some(Key::Consumer));
        }
        Scope::Tool { keyed } => {
            keys.extend([Key::Number, Key::Text]);
            keys.extend(keyed.then_some(Key::Consumer));
        }
    }
    random.pick(&keys)
}

/// A condition in which nothing is asked twice, so that it is not decided before there is a call.
fn condition(random: &mut Random, scope: Scope) -> Condition {
    let mut atoms = vec![
        if random.once_in(2) {
            Condition::HasHeader("x-a")
        } else {
            Condition::HeaderIs("x-a", random.pick(&["1", "2"]))
        },
        Condition::HeaderIs("x-b", "1"),
        Condition::From(random.pick(&["10.0.0.0/8", "10.1.0.0/16"])),
    ];
    if matches!(scope, Scope::Gateway | Scope::Server { .. }) {
        atoms.push(Condition::ToolIs(random.below(TOOLS)));
    }
    if let Scope::Server { keyed: true } | Scope::Tool { keyed: true } = scope {
        atoms.push(Condition::HasScope("write"));
        atoms.push(Condition::ConsumerIs("acme"));
    }
    if let Scope::Tool { .. } = scope {
        atoms.push(Condition::TextIs(random.pick(&["a", "b"])));
        atoms.push(if random.once_in(3) {
            Condition::HasNumber
        } else {
            Condition::NumberBelow(random.pick(&[3, 5, 8]))
        });
    }
    let size = 1 + random.below(4);
    let mut parts: Vec<_> = (0..size.min(atoms.len()))
        .map(|_| {
            let atom = random.take(&mut atoms);
            negated(random, atom)
        })
        .collect();
    while parts.len() > 1 {
        let (left, right) = (random.take(&mut parts), random.take(&mut parts));
        let (left, right) = (Box::new(left), Box::new(right));
        let joined = if random.once_in(2) {
            Condition::And(left, right)
        } else {
            Condition::Or(left, right)
        };
        parts.push(negated(random, joined));
    }
    parts.remove(0)
}

fn negated(random: &mut Random, condition: Condition) -> Condition {
    if random.once_in(4) {
        Condition::Not(Box::new(condition))
    } else {
        condition
    }
}

/// Whether a condition or key can only be decided once the arguments are read.
pub fn speaks_of_arguments(condition: &Condition) -> bool {
    match condition {
        Condition::HasNumber | Condition::NumberBelow(_) | Condition::TextIs(_) => true,
        Condition::Not(condition) => speaks_of_arguments(condition),
        Condition::And(left, right) | Condition::Or(left, right) => {
            speaks_of_arguments(left) || speaks_of_arguments(right)
        }
        Condition::HasHeader(_)
        | Condition::HeaderIs(..)
        | Condition::From(_)
        | Condition::HasScope(_)
        | Condition::ConsumerIs(_)
        | Condition::ToolIs(_) => false,
    }
}

//! Random expressions that are well typed, most of them.

/// A source of expressions, the same ones for the same seed.
pub(crate) struct Random(u64);

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Bool,
    Int,
    Uint,
    Double,
    String,
    Numbers,
    Words,
}

const KINDS: [Kind; 7] = [
    Kind::Bool,
    Kind::Int,
    Kind::Uint,
    Kind::Double,
    Kind::String,
    Kind::Numbers,
    Kind::Words,
];

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// An expression of some type.
    pub(crate) fn expression(&mut self) -> String {
        let kind = self.pick(&KINDS);
        let depth = 2 + self.below(3);
        self.of(kind, depth, &mut Vec::new())
    }

    /// The generator `SplitMix64`.
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.draw() % limit
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.draw()).unwrap() % choices.len()]
    }

    fn leaf(&mut self, kind: Kind, locals: &[(String, Kind)]) -> String {
        let fitting: Vec<_> = locals
            .iter()
            .filter(|(_, own)| *own == kind)
            .map(|(name, _)| name.clone())
            .collect();
        if !fitting.is_empty() && self.below(3) > 0 {
            return fitting[usize::try_from(self.below(fitting.len() as u64)).unwrap()].clone();
        }
        self.pick(match kind {
            Kind::Bool => &["b", "c", "b", "c", "has(given.maybe)"][..],
            Kind::Int => &[
                "i",
                "j",
                "i",
                "j",
                "0",
                "1",
                "-7",
                "9223372036854775807",
                "given.maybe",
                "numbers[0]",
                "ages.ann",
                "ages[\"bob\"]",
            ],
            Kind::Uint => &["u", "u", "0u", "3u", "18446744073709551615u"],
            Kind::Double => &["d", "e", "0.5", "-2.0", "1e300"],
            Kind::String => &["s", "t", "\"\"", "\"a\"", "'é'", "r'\\d'", "words[1]"],
            Kind::Numbers => &["numbers", "numbers", "[1, 2, 3]", "[i, j]"],
            Kind::Words => &["words", "words", "['a', 'b']", "[s, t]"],
        })
        .to_owned()
    }

    fn of(&mut self, kind: Kind, depth: u64, locals: &mut Vec<(String, Kind)>) -> String {
        if depth == 0 {
            return self.leaf(kind, locals);
        }
        let form = self.below(12);
        let depth = depth - 1;
        let mut part = |kind: Kind| self.of(kind, depth, locals);
        match (kind, form) {
            (_, 0) => self.leaf(kind, locals),
            (_, 1) => {
                let (condition, then, otherwise) = (part(Kind::Bool), part(kind), part(kind));
                format!("({condition} ? {then} : {otherwise})")
            }
            (Kind::Bool, 2 | 3) => format!("({} && {})", part(Kind::Bool), part(Kind::Bool)),
            (Kind::Bool, 4 | 5) => format!("({} || {})", part(Kind::Bool), part(Kind::Bool)),
            (Kind::Bool, 6) => format!("!({})", part(Kind::Bool)),
            (Kind::Bool, 7) => self.comparison(depth, locals),
            (Kind::Bool, 8) => format!("({} in {})", part(Kind::Int), part(Kind::Numbers)),
            (Kind::Bool, 9) => {
                let (text, other) = (part(Kind::String), part(Kind::String));
                let function = self.pick(&["contains", "startsWith", "endsWith"]);
                format!("{text}.{function}({other})")
            }
            (Kind::Bool, _) => {
                let name = self.pick(&["all", "exists", "exists_one"]);
                self.repeat(name, Kind::Bool, depth, locals)
            }
            (Kind::Int, 2) => format!("size({})", part(Kind::String)),
            (Kind::Int, 3) => format!("{}.size()", part(Kind::Numbers)),
            (Kind::Int, 4) => format!("int({})", part(Kind::Uint)),
            (Kind::Int, 5) => format!("{}[{}]", part(Kind::Numbers), part(Kind::Int)),
            (Kind::Int, 6) => format!("-({})", part(Kind::Int)),
            (Kind::Uint, 2) => format!("uint({})", part(Kind::Int)),
            (Kind::Double, 2) => format!("double({})", part(Kind::Int)),
            (Kind::Double, 3) => format!("-({})", part(Kind::Double)),
            (Kind::Int | Kind::Uint, _) => {
                let (left, right) = (part(kind), part(kind));
                format!("({left} {} {right})", self.pick(&["+", "-", "*", "/", "%"]))
            }
            (Kind::Double, _) => {
                let (left, right) = (part(kind), part(kind));
                format!("({left} {} {right})", self.pick(&["+", "-", "*", "/"]))
            }
            (Kind::String, 2) => format!("string({})", part(Kind::Int)),
            (Kind::String, 3) => format!("string({})", part(Kind::Bool)),
            (Kind::String, 4) => format!("{}[{}]", part(Kind::Words), part(Kind::Int)),
            (Kind::String, _) => format!("({} + {})", part(kind), part(kind)),
            (Kind::Numbers | Kind::Words, 2..=4) => format!("({} + {})", part(kind), part(kind)),
            (Kind::Numbers, 5..=7) => self.repeat("filter", kind, depth, locals),
            (Kind::Numbers, _) => self.repeat("map", kind, depth, locals),
            (Kind::Words, _) => format!("[{}, {}]", part(Kind::String), part(Kind::String)),
        }
    }

    fn comparison(&mut self, depth: u64, locals: &mut Vec<(String, Kind)>) -> String {
        let kind = self.pick(&[
            Kind::Int,
            Kind::Uint,
            Kind::Double,
            Kind::String,
            Kind::Numbers,
            Kind::Words,
        ]);
        let operator = match kind {
            Kind::Numbers | Kind::Words => self.pick(&["==", "!="]),
            _ => self.pick(&["==", "!=", "<", "<=", ">", ">="]),
        };
        let other = match kind {
            Kind::Int => self.pick(&[Kind::Int, Kind::Int, Kind::Uint]),
            kind => kind,
        };
        let (left, right) = (self.of(kind, depth, locals), self.of(other, depth, locals));
        format!("({left} {operator} {right})")
    }

    fn repeat(
        &mut self,
        name: &str,
        result: Kind,
        depth: u64,
        locals: &mut Vec<(String, Kind)>,
    ) -> String {
        let (list, item) = if result == Kind::Numbers || self.below(2) == 0 {
            (Kind::Numbers, Kind::Int)
        } else {
            (Kind::Words, Kind::String)
        };
        let list = self.of(list, depth, locals);
        let variable = format!("x{}", locals.len());
        locals.push((variable.clone(), item));
        let body = self.of(
            if name == "map" { Kind::Int } else { Kind::Bool },
            depth,
            locals,
        );
        locals.pop();
        format!("{list}.{name}({variable}, {body})")
    }
}

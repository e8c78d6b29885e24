//! A client's message taken apart: its name and what may stand behind it. What no message of the
//! protocol has is passed over without being kept, for a mebibyte of empty arrays is a hundred times
//! as much work to keep as to pass over. It knows no message.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The arguments that are kept; no message needs more.
const KEPT: usize = 2;

/// What a JSON text is.
#[derive(Debug, PartialEq)]
pub(super) enum Parts {
    /// An array that begins with a name.
    Named {
        name: String,
        /// The first arguments.
        kept: Vec<Argument>,
        /// How many more there are.
        more: usize,
    },
    /// Anything else.
    Other,
}

/// An argument.
#[derive(Debug, PartialEq)]
pub(super) enum Argument {
    Text(String),
    /// A number, with its value where it is whole and not negative.
    Number(Option<u64>),
    Other,
}

impl<'de> Deserialize<'de> for Argument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ArgumentVisitor)
    }
}

struct ArgumentVisitor;

impl<'de> Visitor<'de> for ArgumentVisitor {
    type Value = Argument;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Argument, E> {
        Ok(Argument::Text(text.to_owned()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Argument, E> {
        Ok(Argument::Number(Some(number)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Argument, E> {
        Ok(Argument::Number(u64::try_from(number).ok()))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Argument, E> {
        Ok(Argument::Number(None))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Argument, E> {
        Ok(Argument::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Argument, E> {
        Ok(Argument::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Argument, A::Error> {
        pass_over(&mut seq)?;
        Ok(Argument::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Argument, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Argument::Other)
    }
}

impl<'de> Deserialize<'de> for Parts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartsVisitor)
    }
}

struct PartsVisitor;

impl<'de> Visitor<'de> for PartsVisitor {
    type Value = Parts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Parts, A::Error> {
        let Some(Argument::Text(name)) = seq.next_element()? else {
            pass_over(&mut seq)?;
            return Ok(Parts::Other);
        };
        let mut kept = Vec::with_capacity(KEPT);
        while kept.len() < KEPT {
            match seq.next_element()? {
                Some(argument) => kept.push(argument),
                None => break,
            }
        }
        let more = pass_over(&mut seq)?;
        Ok(Parts::Named { name, kept, more })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Parts, A::Error> {
        ArgumentVisitor.visit_map(map).map(|_| Parts::Other)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Parts, E> {
        Ok(Parts::Other)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Parts, E> {
        Ok(Parts::Other)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Parts, E> {
        Ok(Parts::Other)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Parts, E> {
        Ok(Parts::Other)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Parts, E> {
        Ok(Parts::Other)
    }

    fn visit_unit<E: Error>(self) -> Result<Parts, E> {
        Ok(Parts::Other)
    }
}

/// Reads to the end of an array; gives how many elements that were.
fn pass_over<'de, A: SeqAccess<'de>>(seq: &mut A) -> Result<usize, A::Error> {
    let mut count = 0;
    while seq.next_element::<IgnoredAny>()?.is_some() {
        count += 1;
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn r22_what_is_passed_over_is_not_kept() {
        let text = format!(r#"["x-a","b",{{"c":[1]}}{}]"#, ",[]".repeat(1000));
        let parts: Parts = serde_json::from_str(&text).unwrap();
        let Parts::Named { kept, more, .. } = parts else {
            panic!("{parts:?}");
        };
        assert_eq!(kept, [Argument::Text("b".to_owned()), Argument::Other]);
        assert_eq!(more, 1000);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,5}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::hash_map(".{0,3}", inner, 0..3)
                    .prop_map(|map| Value::from(serde_json::Map::from_iter(map))),
            ]
        })
    }

    fn argument(value: &Value) -> Argument {
        match value {
            Value::String(text) => Argument::Text(text.clone()),
            Value::Number(number) => Argument::Number(number.as_u64()),
            _ => Argument::Other,
        }
    }

    proptest! {
        #[test]
        fn any_json_is_taken_apart_as_it_is(value in any_json()) {
            let expected = match value.as_array().map(Vec::as_slice) {
                Some([Value::String(name), arguments @ ..]) => Parts::Named {
                    name: name.clone(),
                    kept: arguments.iter().take(KEPT).map(argument).collect(),
                    more: arguments.len().saturating_sub(KEPT),
                },
                _ => Parts::Other,
            };
            let parts: Parts = serde_json::from_str(&value.to_string()).unwrap();
            prop_assert_eq!(parts, expected);
        }
    }
}

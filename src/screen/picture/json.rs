//! The parts of a picture whose JSON is not that of their members, see [`super`]. It knows no screen.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq, Serializer};

use super::super::rgb::Rgb;
use super::{Columns, Run, Tint};

impl Serialize for Run {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_seq(None)?;
        parts.serialize_element(&self.text)?;
        match self.columns {
            Columns::One if self.look == 0 => {}
            Columns::One => parts.serialize_element(&self.look)?,
            Columns::InAll(columns) => {
                parts.serialize_element(&self.look)?;
                parts.serialize_element(&columns)?;
            }
        }
        parts.end()
    }
}

impl<'de> Deserialize<'de> for Run {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RunVisitor)
    }
}

struct RunVisitor;

impl<'de> Visitor<'de> for RunVisitor {
    type Value = Run;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[text], [text, look] or [text, look, columns]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Run, A::Error> {
        let text = parts.next_element()?;
        let look: Option<usize> = parts.next_element()?;
        let columns: Option<u16> = parts.next_element()?;
        if parts.next_element::<de::IgnoredAny>()?.is_some() {
            return Err(de::Error::invalid_length(4, &self));
        }
        Ok(Run {
            text: text.ok_or_else(|| de::Error::invalid_length(0, &self))?,
            look: look.unwrap_or_default(),
            columns: columns.map_or(Columns::One, Columns::InAll),
        })
    }
}

impl Serialize for Tint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Indexed(index) => serializer.serialize_u8(*index),
            Self::Rgb(Rgb(red, green, blue)) => {
                serializer.collect_str(&format_args!("#{red:02x}{green:02x}{blue:02x}"))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TintVisitor)
    }
}

struct TintVisitor;

impl Visitor<'_> for TintVisitor {
    type Value = Tint;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a colour: 0 to 255, or \"#rrggbb\"")
    }

    fn visit_u64<E: de::Error>(self, index: u64) -> Result<Tint, E> {
        let index = u8::try_from(index).ok().map(Tint::Indexed);
        index.ok_or_else(|| E::custom("a colour's number is 0 to 255"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Tint, E> {
        let is_one = text.len() == 7 && text.starts_with('#');
        let colour = Rgb::parse(text).filter(|_| is_one).map(Tint::Rgb);
        colour.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

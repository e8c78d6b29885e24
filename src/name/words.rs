//! The words that readable names are made of: short, common, easy to say on the telephone, none to
//! be mistaken for another.

/// What something is like.
pub(super) const QUALITIES: [&str; 64] = [
    "agile", "amber", "ample", "azure", "blunt", "bold", "brave", "brisk", "bright", "calm",
    "clear", "clever", "cosy", "crisp", "dainty", "deep", "eager", "early", "fair", "fancy",
    "fast", "fine", "fresh", "gentle", "giant", "glad", "golden", "grand", "green", "happy",
    "hardy", "honest", "humble", "icy", "jolly", "keen", "kind", "lively", "lucky", "lunar",
    "mellow", "merry", "mild", "misty", "neat", "noble", "polite", "proud", "quick", "quiet",
    "rapid", "rosy", "royal", "silver", "smart", "solid", "stout", "sunny", "swift", "tidy",
    "tiny", "vivid", "warm", "witty",
];

/// What it is.
pub(super) const THINGS: [&str; 64] = [
    "badger", "beetle", "birch", "bison", "brook", "camel", "canyon", "cedar", "cloud", "comet",
    "coral", "crane", "daisy", "delta", "eagle", "falcon", "fern", "finch", "forest", "fox",
    "gecko", "glacier", "harbor", "hawk", "hazel", "heron", "island", "ivy", "jaguar", "lagoon",
    "lake", "lemon", "lion", "lotus", "lynx", "maple", "marsh", "meadow", "mole", "moon", "moose",
    "oak", "ocean", "olive", "otter", "owl", "panda", "pebble", "pine", "planet", "pony", "quail",
    "raven", "reef", "river", "robin", "salmon", "seal", "sparrow", "spruce", "tiger", "tulip",
    "walrus", "willow",
];

//! The addresses of the REST API. They are exact: nothing is decoded, cut or completed.

use crate::name::SessionName;

use super::problem::Problem;

/// What an address of the REST API means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// `/api`: the server itself.
    Server,
    /// `/api/status`: what goes on in it.
    Status,
    /// `/api/terminals`: all sessions.
    Terminals,
    /// `/api/terminals/<name>`: one of them.
    Terminal(SessionName),
    /// `/api/sessions/input`: a line for several of them.
    Input,
}

impl Address {
    pub(super) fn parse(path: &str) -> Result<Self, Problem> {
        match path {
            "/api" => Ok(Self::Server),
            "/api/status" => Ok(Self::Status),
            "/api/terminals" => Ok(Self::Terminals),
            "/api/sessions/input" => Ok(Self::Input),
            _ => {
                let name = path.strip_prefix("/api/terminals/");
                let name = name.ok_or_else(Problem::nothing)?;
                // What is no name is nobody's, and is not repeated.
                let name = name.parse().map_err(|_| Problem::nothing())?;
                Ok(Self::Terminal(name))
            }
        }
    }

    /// The methods that are offered there.
    pub(super) fn methods(&self) -> &'static str {
        match self {
            Self::Server | Self::Status => "GET, HEAD",
            Self::Terminals => "GET, HEAD, POST",
            Self::Input => "POST",
            Self::Terminal(_) => "GET, HEAD, DELETE, PATCH",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_jupyters_are_known() {
        let name = "a-1_B".parse().unwrap();
        for (path, address) in [
            ("/api", Address::Server),
            ("/api/status", Address::Status),
            ("/api/terminals", Address::Terminals),
            ("/api/sessions/input", Address::Input),
            ("/api/terminals/a-1_B", Address::Terminal(name)),
        ] {
            assert_eq!(Address::parse(path).unwrap(), address);
        }
    }

    #[test]
    fn r9_nothing_else_is() {
        for path in [
            "/api/",
            "/api/status/",
            "/api/terminals/",
            "/api/terminals/a/",
            "/api/terminals/a/b",
            "/api/terminals/..",
            "/api/terminals/a%2fb",
            "/api/terminals/%61",
            "/api/terminals/%00",
            "/api//terminals",
            "/apis",
            "/API",
            "/api/kernels",
            "/api/sessions",
            "/api/sessions/input/",
        ] {
            assert!(Address::parse(path).is_err(), "{path}");
        }
        let long = format!("/api/terminals/{}", "x".repeat(65));
        assert!(Address::parse(&long).is_err());
    }
}

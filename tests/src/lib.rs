//! Nothing to link against: the tests are in `suite`.

//! One integration binary: a module for each subject.

mod support;

mod model;

mod declaration;

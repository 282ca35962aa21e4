//! What the routes do, a file for each resource.

pub mod answers;
pub mod audit;
pub mod auth;
pub mod health;
pub mod jobs;
pub mod keys;
pub mod me;
pub mod openapi;
pub mod parameters;
pub mod permissions;
pub mod prometheus;
pub mod roles;
pub mod teams;
pub mod users;

//! What somebody sends who means harm, a file for each way of doing so: it is refused, nothing is recorded that should
//! not be, and whoever comes next is answered.

mod other_sites;

//! iacscan

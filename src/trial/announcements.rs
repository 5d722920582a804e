//! stub
pub async fn add() {}
pub async fn remove() {}

//! stub
pub async fn submit() {}

//! stub
pub async fn show() {}
pub async fn submit() {}

//! stub
pub async fn show() {}
pub async fn password() {}
pub async fn end_session() {}

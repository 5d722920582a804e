//! stub
pub async fn show() {}
pub async fn statuses() {}
pub async fn lifecycle() {}

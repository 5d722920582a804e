//! stub
pub async fn show() {}
pub async fn read() {}
pub async fn open() {}

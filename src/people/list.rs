//! stub
pub async fn show() {}
pub async fn new() {}
pub async fn add() {}
pub async fn edit() {}
pub async fn change() {}
pub async fn disable() {}
pub async fn enable() {}
pub async fn make_link() {}

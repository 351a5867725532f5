const path = require('path');
const HtmlWebpackPlugin = require('html-webpack-plugin');

module.exports = {
  entry: './src/main.js',
  output: { path: path.resolve(__dirname, 'dist') },
  plugins: [
    new HtmlWebpackPlugin({ template: './src/index.html' }),
  ],
};

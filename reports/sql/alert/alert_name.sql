-- from products
-- One row: how the product is called.
select name from products where product = $product

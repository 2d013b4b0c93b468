// tour [BACKEND]: runs the tour's kernel.  Standard input, output and the file are the kernel's
// doing.
#include <hostcall/hostcall.h>

#include <stdio.h>

#include "tour.h"

extern const struct hc_image tour_image;

int main(int argc, char **argv)
{
    hc_dev dev = NULL;
    hc_server server = NULL;
    hc_module module = NULL;
    int status = 1;
    int err = hc_dev_open(hc_dev_params(.backend = argc > 1 ? argv[1] : NULL), &dev);
    if (!err) err = hc_server_create(dev, hc_server_params(0), &server);
    if (!err) err = hc_module_create(dev, &tour_image, &module);
    if (!err) {
        struct tour_args args;
        snprintf(args.device, sizeof args.device, "%.63s", dev->backend_name);
        err = hc_run(server,
                     hc_run_params(.module = module, .kernel = "tour", .args = &args,
                                   .args_size = sizeof args),
                     &status);
    }
    if (err) fprintf(stderr, "tour: %s\n", hc_last_error());
    hc_module_destroy(&module);
    hc_server_destroy(&server);
    hc_dev_close(&dev);
    return err == HC_ERR_DEVICE ? 77 : err ? 1 : status;
}

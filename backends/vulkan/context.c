// The way into Vulkan: loader, instance, validation layer, choice of a physical device.
#include "backends/vulkan/vk.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALIDATION_LAYER "VK_LAYER_KHRONOS_validation"

static const char *result_text(VkResult result)
{
    switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY: return "out of host memory";
    case VK_ERROR_OUT_OF_DEVICE_MEMORY: return "out of device memory";
    case VK_ERROR_INITIALIZATION_FAILED: return "initialization failed";
    case VK_ERROR_DEVICE_LOST: return "device lost";
    case VK_ERROR_MEMORY_MAP_FAILED: return "memory map failed";
    case VK_ERROR_LAYER_NOT_PRESENT: return "layer not present";
    case VK_ERROR_EXTENSION_NOT_PRESENT: return "extension not present";
    case VK_ERROR_FEATURE_NOT_PRESENT: return "feature not present";
    case VK_ERROR_INCOMPATIBLE_DRIVER: return "incompatible driver";
    case VK_ERROR_TOO_MANY_OBJECTS: return "too many objects";
    case VK_ERROR_INVALID_SHADER_NV: return "invalid shader";
    default: return NULL;
    }
}

int vk_error(struct vk_dev *d, const char *call, VkResult result, const char *what)
{
    if (result == VK_ERROR_DEVICE_LOST) d->lost = true;
    const bool memory =
        result == VK_ERROR_OUT_OF_HOST_MEMORY || result == VK_ERROR_OUT_OF_DEVICE_MEMORY;
    const int code = d->lost ? HC_ERR_LOST : memory ? HC_ERR_MEMORY : HC_ERR_SYSTEM;
    char number[32];
    const char *text = result_text(result);
    if (!text) {
        snprintf(number, sizeof number, "VkResult %d", (int)result);
        text = number;
    }
    if (what) return hc_error(code, "%s: %s [%s]", call, text, what);
    return hc_error(code, "%s: %s", call, text);
}

static VKAPI_ATTR VkBool32 VKAPI_CALL complain(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                                               VkDebugUtilsMessageTypeFlagsEXT types,
                                               const VkDebugUtilsMessengerCallbackDataEXT *data,
                                               void *user)
{
    (void)severity;
    (void)types;
    struct vk_dev *d = user;
    __atomic_fetch_add(&d->complaints, 1, __ATOMIC_RELAXED);  // only counted
    fprintf(stderr, "validation: %s\n", data->pMessage);
    return VK_FALSE;
}

static bool layer_present(PFN_vkEnumerateInstanceLayerProperties enumerate)
{
    uint32_t n = 0;
    bool present = false;
    if (!enumerate || enumerate(&n, NULL) || !n) return false;
    VkLayerProperties *layers = calloc(n, sizeof *layers);
    if (layers && enumerate(&n, layers) >= 0)
        for (uint32_t i = 0; i < n; i++) present |= !strcmp(layers[i].layerName, VALIDATION_LAYER);
    free(layers);
    return present;
}

static int instance_create(struct vk_dev *d, PFN_vkGetInstanceProcAddr get, bool validate)
{
    const PFN_vkCreateInstance create = (PFN_vkCreateInstance)get(NULL, "vkCreateInstance");
    if (validate && !layer_present((PFN_vkEnumerateInstanceLayerProperties)get(
                        NULL, "vkEnumerateInstanceLayerProperties")))
        return hc_error(HC_ERR_DEVICE, "vulkan: validation was asked for, but " VALIDATION_LAYER
                                       " is not there (package vulkan-validationlayers)");
    static const char *const layer = VALIDATION_LAYER;
    static const char *const extensions[] = {VK_EXT_DEBUG_UTILS_EXTENSION_NAME,
                                             VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME};
    static const VkValidationFeatureEnableEXT enable =
        VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT;
    const VkDebugUtilsMessengerCreateInfoEXT messenger = {
        .sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
        .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT |
                           VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
        .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_GENERAL_BIT_EXT |
                       VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
        .pfnUserCallback = complain,
        .pUserData = d,
    };
    const VkValidationFeaturesEXT features = {
        .sType = VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT,
        .pNext = &messenger,
        .enabledValidationFeatureCount = 1,
        .pEnabledValidationFeatures = &enable,
    };
    const VkApplicationInfo application = {
        .sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
        .pApplicationName = "hostcall",
        .apiVersion = VK_API_VERSION_1_3,
    };
    const VkInstanceCreateInfo info = {
        .sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
        .pNext = validate ? &features : NULL,
        .pApplicationInfo = &application,
        .enabledLayerCount = validate,
        .ppEnabledLayerNames = &layer,
        .enabledExtensionCount = validate ? 2 : 0,
        .ppEnabledExtensionNames = extensions,
    };
    const VkResult result = create(&info, NULL, &d->instance);
    if (result == VK_ERROR_INCOMPATIBLE_DRIVER)
        return hc_error(HC_ERR_DEVICE, "vulkan: no driver found");
    if (result) return vk_error(d, "vkCreateInstance", result, NULL);

#define LOAD(name) d->vk.name = (PFN_vk##name)get(d->instance, "vk" #name);
    VK_INSTANCE_FUNCTIONS(LOAD)
#undef LOAD
    if (!validate) return 0;
    const VkResult made =
        d->vk.CreateDebugUtilsMessengerEXT(d->instance, &messenger, NULL, &d->messenger);
    return made ? vk_error(d, "vkCreateDebugUtilsMessengerEXT", made, NULL) : 0;
}

// The n-th of the devices whose name contains HOSTCALL_VULKAN_DEVICE, or of all.
static int physical_choose(struct vk_dev *d, int index)
{
    const char *name = getenv("HOSTCALL_VULKAN_DEVICE");
    if (name && !*name) name = NULL;
    VkPhysicalDevice all[64];
    uint32_t n = 64;
    const VkResult result = d->vk.EnumeratePhysicalDevices(d->instance, &n, all);
    if (result < 0) return vk_error(d, "vkEnumeratePhysicalDevices", result, NULL);
    int matches = 0;
    for (uint32_t i = 0; i < n; i++) {
        VkPhysicalDeviceProperties2 p = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
        d->vk.GetPhysicalDeviceProperties2(all[i], &p);
        if (name && !strstr(p.properties.deviceName, name)) continue;
        if (matches++ != index) continue;
        d->physical = all[i];
        return 0;
    }
    if (!n) return hc_error(HC_ERR_DEVICE, "vulkan: no device found");
    if (name)
        return hc_error(
            HC_ERR_DEVICE,
            "vulkan: no device %d whose name contains '%s' (HOSTCALL_VULKAN_DEVICE); %d of %u do",
            index, name, matches, n);
    return hc_error(HC_ERR_DEVICE, "vulkan: no device %d; there are %u", index, n);
}

int vk_context_create(const struct hc_dev_params *params, struct vk_dev *d)
{
    static const char *const names[] = {"libvulkan.so.1", "libvulkan.so", NULL};
    // Never closed: drivers leave threads behind.
    void *library = hc_library_open("HOSTCALL_VULKAN_LIBRARY", names);
    if (!library) return hc_error(HC_ERR_DEVICE, "vulkan: libvulkan.so.1 not found");
    PFN_vkGetInstanceProcAddr get;
    *(void **)&get = dlsym(library, "vkGetInstanceProcAddr");
    const PFN_vkEnumerateInstanceVersion version_get =
        get ? (PFN_vkEnumerateInstanceVersion)get(NULL, "vkEnumerateInstanceVersion") : NULL;
    uint32_t version = 0;
    if (!version_get || version_get(&version) || version < VK_API_VERSION_1_3)
        return hc_error(HC_ERR_DEVICE, "vulkan: the loader is older than Vulkan 1.3");
    const char *validate = getenv("HOSTCALL_VULKAN_VALIDATE");
    const int err = instance_create(d, get, params->validate || (validate && *validate == '1'));
    return err ? err : physical_choose(d, params->index);
}

void vk_context_destroy(struct vk_dev *d)
{
    if (d->device) d->vk.DestroyDevice(d->device, NULL);
    if (d->messenger) d->vk.DestroyDebugUtilsMessengerEXT(d->instance, d->messenger, NULL);
    if (d->instance) d->vk.DestroyInstance(d->instance, NULL);
}

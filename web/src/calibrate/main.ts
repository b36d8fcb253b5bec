import { mount } from 'svelte';

import '../app.css';
import Calibrate from './Calibrate.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('calibrate.html has no #app');

export default mount(Calibrate, { target });
